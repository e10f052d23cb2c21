package io.clustercontroller.faults;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.BecameSlaveEvent;
import io.clustercontroller.testing.ClusterProcess;
import io.clustercontroller.testing.ClusterService;
import io.clustercontroller.testing.EtcdExtension;
import io.clustercontroller.testing.EtcdProcess;
import io.clustercontroller.testing.UnreachablePort;
import io.clustercontroller.testing.Waits;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What happens when some of the given etcd servers are dead.
 */
@ExtendWith(EtcdExtension.class)
class EtcdEndpointFaultTests {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	// the order in which they are tried is random
	@RepeatedTest(3)
	void joinsWithinFiveSecondsWhileOneServerLives(EtcdProcess etcd) {
		try (UnreachablePort refused = UnreachablePort.refused();
				UnreachablePort silent = UnreachablePort.silent();
				UnreachablePort blackHole = UnreachablePort.blackHole();
				ClusterService service = service(etcd, Duration.ofSeconds(10), refused, silent, blackHole)) {
			ClusterProcess process = service.start();
			long joined = process.awaitEvent(BecameMasterEvent.class, LIMIT).at();
			assertThat(Duration.ofNanos(joined - process.startedAt())).isLessThan(Duration.ofSeconds(5));
			service.assertNeverTwoMasters();
		}
	}

	@Test
	void deadServersDoNotEndAMastership(EtcdProcess etcd) {
		Duration ttl = Duration.ofSeconds(9);
		try (UnreachablePort refused = UnreachablePort.refused();
				UnreachablePort silent = UnreachablePort.silent();
				ClusterService service = service(etcd, ttl, refused, silent)) {
			ClusterProcess process = service.start();
			Waits.letPass(ttl.multipliedBy(2));
			assertThat(process.isMaster()).isTrue();
			assertThat(process.events(BecameSlaveEvent.class)).isEmpty();
			service.assertNeverTwoMasters();
		}
	}

	@Test
	void startWaitsForAnEtcdThatComesLate() {
		try (EtcdProcess etcd = EtcdProcess.launch()) {
			etcd.stop();
			try (ClusterService service = new ClusterService(List.of(etcd.endpoint()), Duration.ofSeconds(5))) {
				ClusterProcess process = service.begin((settings) -> settings);
				process.startedAt();
				Waits.letPass(Duration.ofSeconds(3));
				assertThat(process.isAlive()).isTrue();
				etcd.start();
				process.awaitEvent(BecameMasterEvent.class, LIMIT);
			}
		}
	}

	/** A name that led nowhere at the start leads to etcd later, without a restart. */
	@ParameterizedTest
	@ValueSource(strings = { "http://etcd.test:%d", "http://etcd.test:%d,http://other.test:%d" })
	void namesAreResolvedAnewWhenConnecting(String hosts, @TempDir Path directory) throws IOException {
		Path file = directory.resolve("hosts");
		try (EtcdProcess etcd = EtcdProcess.launch()) {
			int port = URI.create(etcd.endpoint()).getPort();
			List<String> endpoints = List.of(hosts.replace("%d", String.valueOf(port)));
			try (ClusterService service = new ClusterService(endpoints, Duration.ofSeconds(3))) {
				Files.writeString(file, "127.0.0.2 etcd.test other.test\n");
				ClusterProcess process = service.begin((settings) -> settings.variable("JAVA_TOOL_OPTIONS",
						"-Djdk.net.hosts.file=%s -Dsun.net.inetaddr.ttl=1 -Dsun.net.inetaddr.negative.ttl=1"
							.formatted(file)));
				process.startedAt();
				Waits.letPass(Duration.ofSeconds(3));
				assertThat(process.events(BecameMasterEvent.class)).isEmpty();
				Files.writeString(file, "127.0.0.1 etcd.test other.test\n");
				process.awaitEvent(BecameMasterEvent.class, LIMIT);
			}
		}
	}

	private static ClusterService service(EtcdProcess etcd, Duration ttl, UnreachablePort... dead) {
		List<String> endpoints = new ArrayList<>(List.of(etcd.endpoint()));
		for (UnreachablePort port : dead) {
			endpoints.add(0, port.endpoint());
		}
		return new ClusterService(endpoints, ttl);
	}

}
