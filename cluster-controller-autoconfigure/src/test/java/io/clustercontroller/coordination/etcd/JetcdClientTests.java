package io.clustercontroller.coordination.etcd;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.testing.UnreachablePort;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.kv.GetResponse;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A client that nothing succeeds with is replaced.
 */
class JetcdClientTests {

	private final AtomicLong now = new AtomicLong();

	@Test
	void whatIsGivenUpWithItsClientSaysWhyThatWas() {
		CallDeadline deadline = new CallDeadline();
		try (UnreachablePort port = UnreachablePort.refused();
				JetcdClient client = new JetcdClient(() -> newClient(port, deadline), deadline, Duration.ofSeconds(10),
						time(), new EtcdErrors(null, TlsErrors.of(null)))) {
			CompletableFuture<GetResponse> pending = client.call((etcd) -> etcd.getKVClient().get(ByteSequence.EMPTY));
			CompletableFuture<GetResponse> failing = new CompletableFuture<>();
			client.call((etcd) -> failing);
			this.now.addAndGet(Duration.ofSeconds(2).toNanos());
			failing.completeExceptionally(new CoordinationException("no way to etcd", null));
			assertThatExceptionOfType(Exception.class).isThrownBy(pending::join)
				.havingCause()
				.isInstanceOf(CoordinationException.class)
				.withMessage("the connection to etcd was given up: no way to etcd");
		}
	}

	@Test
	void certificatesThatCannotBeUsedLeaveTheClientAsItIs() {
		CallDeadline deadline = new CallDeadline();
		AtomicInteger built = new AtomicInteger();
		try (UnreachablePort port = UnreachablePort.refused(); JetcdClient client = new JetcdClient(() -> {
			if (built.incrementAndGet() == 2) {
				throw new IllegalStateException("no certificate in this file");
			}
			return newClient(port, deadline);
		}, deadline, Duration.ofSeconds(10), time(), new EtcdErrors(null, TlsErrors.of(null)))) {
			Client first = client.current();
			client.replace();
			assertThat(client.current()).isSameAs(first);
			client.replace();
			assertThat(client.current()).isNotSameAs(first);
		}
	}

	private static Client newClient(UnreachablePort port, CallDeadline deadline) {
		return Client.builder().endpoints(port.endpoint()).interceptor(deadline).waitForReady(true).build();
	}

	private TimeSource time() {
		return new TimeSource() {

			@Override
			public long nanoTime() {
				return JetcdClientTests.this.now.get();
			}

			@Override
			public long wallMillis() {
				return 0;
			}

		};
	}

}
