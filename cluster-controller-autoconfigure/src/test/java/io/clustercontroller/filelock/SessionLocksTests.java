package io.clustercontroller.filelock;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.clustercontroller.event.FilesystemLockAcquiredEvent;
import io.clustercontroller.event.FilesystemLockLostEvent;
import io.clustercontroller.testing.EtcdExtension;
import io.clustercontroller.testing.EtcdProcess;
import io.clustercontroller.testing.Waits;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The locks of folders keep the contract where the session in etcd decides.
 */
@ExtendWith(EtcdExtension.class)
class SessionLocksTests extends FilesystemLocksContractTests {

	private static final String SHORT_TTL = "--cluster-controller.session.ttl=2s";

	private EtcdProcess etcd;

	private String environment;

	@BeforeEach
	void useEtcd(EtcdProcess etcd) {
		useEtcdOfItsOwn(etcd);
	}

	private void useEtcdOfItsOwn(EtcdProcess etcd) {
		this.etcd = etcd;
		this.environment = etcd.newEnvironment();
	}

	@Override
	protected List<String> coordinator() {
		return List.of("--cluster-controller.etcd.hosts=" + this.etcd.endpoint(),
				"--cluster-controller.environment=" + this.environment);
	}

	@Test
	void lockIsAKeyThatNamesItsHolderAndGoesWithIt() {
		Path folder = folder("data");
		LockingInstance a = start("--cluster-controller.filesystem-locks=" + folder);
		assertThat(this.etcd.get(key(folder))).hasValueSatisfying((holder) -> assertThat(holder).isNotBlank());
		a.close();
		assertThat(this.etcd.get(key(folder))).isEmpty();
	}

	@Test
	void lockWithANameIsTheSameAtAnotherPath() {
		Path here = folder("here");
		LockingInstance a = start("--cluster-controller.filesystem-locks=shared=" + here);
		assertThat(a.locks().holds(here)).isTrue();
		assertThat(this.etcd.keys("/" + this.environment + "/web/locks/"))
			.containsExactly("/" + this.environment + "/web/locks/shared");
		assertThatExceptionOfType(FilesystemLocksTimeoutException.class)
			.isThrownBy(() -> startOrCause("--cluster-controller.filesystem-locks=shared=" + folder("there"),
					"--cluster-controller.filesystem-locks-timeout=1s"));
	}

	@Test
	void keyThatIsDeletedByHandIsNoticedAndTheLockTakenAgain() {
		Path folder = folder("data");
		LockingInstance a = start("--cluster-controller.filesystem-locks=" + folder, SHORT_TTL);
		long token = a.locks().token(folder).orElseThrow();
		this.etcd.delete(key(folder));
		assertThat(awaitEvent(a, FilesystemLockLostEvent.class).fencingToken()).isEqualTo(token);
		Awaitility.await().atMost(LIMIT).until(() -> a.locks().token(folder).orElse(0) > token);
	}

	@Test
	void keyThatIsWrittenByHandIsRespected() {
		Path folder = folder("data");
		this.etcd.put(key(folder), "maintenance");
		LockingInstance a = start();
		assertThat(a.locks().tryAcquire(folder)).isFalse();
		a.locks().release(folder);
		assertThat(this.etcd.get(key(folder))).contains("maintenance");
	}

	@Test
	void nothingIsWrittenToEtcdWhileALockIsKept() {
		Path folder = folder("data");
		LockingInstance a = start("--cluster-controller.filesystem-locks=" + folder,
				"--cluster-controller.session.ttl=6s");
		Awaitility.await().atMost(LIMIT).until(() -> this.etcd.get(key(folder)).isPresent());
		awaitEvent(a, FilesystemLockAcquiredEvent.class);
		String prefix = "/" + this.environment + "/";
		Waits.letPass(Duration.ofSeconds(1));
		List<String> keys = this.etcd.keys(prefix);
		long token = a.locks().token(folder).orElseThrow();
		Waits.letPass(Duration.ofSeconds(3));
		assertThat(this.etcd.keys(prefix)).isEqualTo(keys);
		assertThat(a.locks().token(folder)).hasValue(token);
	}

	@Test
	void lockIsLostAtTheDeadlineWhenEtcdIsSilentAndComesBackWithIt() {
		try (EtcdProcess own = EtcdProcess.launch()) {
			useEtcdOfItsOwn(own);
			Path folder = folder("data");
			LockingInstance a = start("--cluster-controller.filesystem-locks=" + folder, SHORT_TTL);
			long token = a.locks().token(folder).orElseThrow();
			own.freeze();
			Awaitility.await().atMost(LIMIT).until(() -> !a.locks().holds(folder));
			assertThat(awaitEvent(a, FilesystemLockLostEvent.class).fencingToken()).isEqualTo(token);
			assertThat(a.locks().token(folder)).isEmpty();
			Waits.letPass(Duration.ofSeconds(3));
			assertThat(a.locks().holds(folder)).isFalse();
			own.thaw();
			Awaitility.await().atMost(LIMIT).until(() -> a.locks().holds(folder));
			assertThat(a.locks().token(folder).orElseThrow()).isGreaterThanOrEqualTo(token);
			assertThat(a.events().stream().filter(FilesystemLockAcquiredEvent.class::isInstance)).hasSize(2);
			a.close();
		}
	}

	@Test
	void whatWasAskedForWithoutAnAnswerIsTakenBack() {
		try (EtcdProcess own = EtcdProcess.launch()) {
			useEtcdOfItsOwn(own);
			Path folder = folder("data");
			LockingInstance a = start("--cluster-controller.session.ttl=20s");
			LockingInstance b = start("--cluster-controller.session.ttl=20s");
			own.freeze();
			assertThatExceptionOfType(FilesystemLockException.class).isThrownBy(() -> a.locks().tryAcquire(folder))
				.withMessageContaining("'" + folder + "'");
			own.thaw();
			assertThat(a.locks().holds(folder)).isFalse();
			Awaitility.await().atMost(LIMIT).ignoreExceptions().until(() -> b.locks().tryAcquire(folder));
			assertThat(a.locks().holds(folder)).isFalse();
			a.close();
			b.close();
		}
	}

	private String key(Path folder) {
		return "/" + this.environment + "/web/locks" + folder;
	}

}
