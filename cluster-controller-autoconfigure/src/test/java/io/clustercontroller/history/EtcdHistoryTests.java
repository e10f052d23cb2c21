package io.clustercontroller.history;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.clustercontroller.event.RoleChangeCause;
import io.clustercontroller.testing.EtcdExtension;
import io.clustercontroller.testing.EtcdProcess;
import io.clustercontroller.testing.TcpProxy;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The history in a real etcd.
 */
@ExtendWith(EtcdExtension.class)
class EtcdHistoryTests extends HistoryContractTests {

	private static final String TTL = "--cluster-controller.session.ttl=2s";

	private EtcdProcess etcd;

	private String environment;

	@BeforeEach
	void useEtcd(EtcdProcess etcd) {
		this.etcd = etcd;
		this.environment = etcd.newEnvironment();
	}

	@Override
	protected List<String> coordinator() {
		return at(this.etcd.endpoint());
	}

	private List<String> at(String endpoint) {
		return List.of("--cluster-controller.etcd.hosts=" + endpoint,
				"--cluster-controller.environment=" + this.environment);
	}

	@Test
	void masterThatWasCutOffTellsItsEndWhenItIsBack(CapturedOutput output) {
		try (TcpProxy proxy = TcpProxy.to(this.etcd.endpoint())) {
			HistoryInstance lost = start(at(proxy.endpoint()), TTL);
			HistoryInstance next = start(TTL);
			long first = lost.token();
			next.awaitHistory((entries) -> assertThat(entries).hasSize(1));
			proxy.cut();
			long second = next.awaitToken();
			MastershipEntry begun = next.awaitHistory((entries) -> assertThat(entries).hasSize(2)).get(0);
			assertThat(begun.fencingToken()).isEqualTo(second);
			assertThat(begun.withoutMaster()).contains(next.awaitChange(second).withoutMaster());
			assertThat(next.history().get(1).until()).isEmpty();
			// it knows what it knew
			assertThat(lost.history()).extracting(MastershipEntry::fencingToken).containsExactly(first);
			proxy.pass();
			List<MastershipEntry> entries = next
				.awaitHistory((known) -> assertThat(known.get(1).endCause()).contains(RoleChangeCause.SESSION_LOST));
			Instant ended = entries.get(1).until().orElseThrow();
			// on a machine that is too busy it notices too late to say anything of the
			// gap
			assertThat(entries.get(0).withoutMaster()).contains(ended.isBefore(entries.get(0).since())
					? Duration.between(ended, entries.get(0).since()) : begun.withoutMaster().orElseThrow());
			lost.awaitHistory((known) -> assertThat(known).isEqualTo(entries));
			assertToldOf(output, second, 2);
		}
	}

}
