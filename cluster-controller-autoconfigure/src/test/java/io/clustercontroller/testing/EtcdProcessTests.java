package io.clustercontroller.testing;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link EtcdProcess} and {@link EtcdExtension}.
 */
@ExtendWith(EtcdExtension.class)
class EtcdProcessTests {

	@Test
	void oneInstanceIsSharedByAll(EtcdProcess one, EtcdProcess another) {
		assertThat(one).isSameAs(another);
		assertThat(one.newEnvironment()).isNotEqualTo(one.newEnvironment());
	}

	@Test
	void keepsWhatIsPut(EtcdProcess etcd) {
		String prefix = "/" + etcd.newEnvironment() + "/";
		long revision = etcd.put(prefix + "a", "eins");
		etcd.put(prefix + "a", "zwei ü");
		etcd.put(prefix + "b", "");
		assertThat(etcd.get(prefix + "a")).contains("zwei ü");
		assertThat(etcd.get(prefix + "a", revision)).contains("eins");
		assertThat(etcd.get(prefix + "b")).contains("");
		assertThat(etcd.keys(prefix)).containsExactly(prefix + "a", prefix + "b");
		etcd.delete(prefix + "a");
		assertThat(etcd.get(prefix + "a")).isEmpty();
		etcd.deleteAll(prefix);
		assertThat(etcd.keys(prefix)).isEmpty();
	}

	@Test
	void keysEndWithTheirLease(EtcdProcess etcd) {
		String key = "/" + etcd.newEnvironment() + "/leased";
		long lease = etcd.grantLease(Duration.ofSeconds(60));
		etcd.put(key, "value", lease);
		assertThat(etcd.leases()).contains(lease);
		etcd.revokeLease(lease);
		assertThat(etcd.leases()).doesNotContain(lease);
		assertThat(etcd.get(key)).isEmpty();
	}

	@Test
	void dataSurvivesFreezeKillAndStop() {
		try (EtcdProcess etcd = EtcdProcess.launch("--heartbeat-interval=50", "--election-timeout=500")) {
			etcd.put("/key", "value");
			String endpoint = etcd.endpoint();
			etcd.freeze();
			assertThat(etcd.isFrozen()).isTrue();
			assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(etcd::version);
			etcd.thaw();
			assertThat(etcd.get("/key")).contains("value");
			etcd.kill();
			assertThat(etcd.isRunning()).isFalse();
			assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> etcd.get("/key"));
			etcd.start();
			assertThat(etcd.endpoint()).isEqualTo(endpoint);
			assertThat(etcd.get("/key")).contains("value");
			etcd.stop();
			assertThat(etcd.isRunning()).isFalse();
			etcd.start();
			assertThat(etcd.get("/key")).contains("value");
			etcd.freeze();
		}
	}

	@Test
	void countsItsCallsLeasesAndStreams() {
		try (EtcdProcess etcd = EtcdProcess.launch()) {
			long before = etcd.calls("Put");
			etcd.put("/a", "1");
			etcd.put("/a", "2");
			assertThat(etcd.calls("Put")).isEqualTo(before + 2);
			assertThat(etcd.calls("Txn")).isZero();
			assertThat(etcd.openStreams("Watch")).isZero();
			assertThat(etcd.watchers()).isZero();
			assertThat(etcd.metrics()).containsEntry("etcd_mvcc_put_total", 2.0);
			assertThat(etcd.version()).startsWith("3.");
		}
	}

	@Test
	void forgetsWhatIsCompacted() {
		try (EtcdProcess etcd = EtcdProcess.launch()) {
			long first = etcd.put("/a", "1");
			long second = etcd.put("/a", "2");
			assertThat(etcd.revision()).isEqualTo(second);
			etcd.compact(second);
			assertThatIllegalStateException().isThrownBy(() -> etcd.get("/a", first))
				.withMessageContaining("compacted");
		}
	}

	@Test
	void authKeepsAUserWithinThePrefix() {
		try (EtcdProcess etcd = EtcdProcess.launch()) {
			etcd.enableAuth("root-secret", "app", "app-secret", "/prod/");
			etcd.put("/elsewhere", "root may");
			etcd.authenticate("app", "app-secret");
			etcd.put("/prod/web/master", "app may");
			assertThatIllegalStateException().isThrownBy(() -> etcd.put("/elsewhere", "app may not"))
				.withMessageContaining("permission denied");
			assertThatIllegalStateException().isThrownBy(() -> etcd.authenticate("app", "wrong"));
			etcd.authenticate("root", "root-secret");
			etcd.disableAuth();
			assertThat(etcd.get("/elsewhere")).contains("root may");
		}
	}

	@Test
	void wrongArgumentFailsWithTheWordsOfEtcd() {
		assertThatIllegalStateException().isThrownBy(() -> EtcdProcess.launch("--no-such-flag"))
			.withMessageContaining("no-such-flag");
	}

	@Test
	void takenPortsAreNotFatal() {
		try (EtcdProcess other = EtcdProcess.launch()) {
			int taken = Integer.parseInt(other.endpoint().substring(other.endpoint().lastIndexOf(':') + 1));
			int[] attempts = { 0 };
			String started = EtcdProcess.retryWhilePortsAreTaken(() -> {
				EtcdProcess.Server server = new EtcdProcess.Server(EtcdRunner.find(), "single",
						(attempts[0]++ == 0) ? taken : FreePorts.next(), FreePorts.next());
				try (EtcdProcess etcd = EtcdProcess.member(server, "single=" + server.peerUrl())) {
					etcd.begin();
					Awaitility.await().until(() -> !etcd.isRunning() || server.output().contains("ready to serve"));
					if (!etcd.isRunning()) {
						throw server.failure();
					}
					return etcd.endpoint();
				}
			});
			assertThat(started).isNotEqualTo(other.endpoint());
			assertThat(attempts[0]).isEqualTo(2);
		}
	}

	@Test
	void noEtcdSaysWhatToInstall(@TempDir Path empty) {
		assertThatIllegalStateException().isThrownBy(() -> EtcdRunner.find(null, empty.toString()))
			.withMessageContainingAll("apt-get install etcd-server", "ETCD_BINARY", "Docker");
		assertThatIllegalStateException().isThrownBy(() -> EtcdRunner.find(empty + "/etcd", null))
			.withMessageContaining("ETCD_BINARY is '" + empty + "/etcd'");
	}

	@Test
	void etcdOfSomebodyElseIsNotHurt(EtcdProcess etcd) {
		EtcdProcess external = EtcdProcess.external(etcd.endpoint().replace("http://", "") + ",other:2379");
		String key = "/" + etcd.newEnvironment() + "/external";
		external.put(key, "value");
		assertThat(etcd.get(key)).contains("value");
		for (Runnable harm : List.<Runnable>of(external::freeze, external::kill, external::stop)) {
			assertThatIllegalStateException().isThrownBy(harm::run)
				.withMessageContainingAll("ETCD_TEST_ENDPOINTS", "launches its own");
		}
		external.close();
		assertThat(etcd.isRunning()).isTrue();
	}

}
