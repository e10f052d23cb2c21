package io.clustercontroller.process;

import java.nio.file.Path;
import java.time.Duration;

import io.clustercontroller.event.FilesystemLockAcquiredEvent;
import io.clustercontroller.event.FilesystemLockLostEvent;
import io.clustercontroller.testing.ClusterProcess;
import io.clustercontroller.testing.Waits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of an instance that has lost the lock of a folder.
 */
class TerminateWhenFilesystemLockLostTests {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private static final Duration TTL = Duration.ofSeconds(2);

	@TempDir
	Path directory;

	@Test
	void instanceEndsWhereItIsToldTo() {
		try (ClusterProcess process = start("true")) {
			freezeBeyondTheSession(process);
			assertThat(process.waitFor(LIMIT)).isEqualTo(1);
			assertThat(process.output()).contains("Without the lock of '" + this.directory);
		}
	}

	@Test
	void instanceGoesOnByDefaultAndGetsTheLockBack() {
		try (ClusterProcess process = start("false")) {
			long frozen = System.nanoTime();
			freezeBeyondTheSession(process);
			process.awaitEventSince(frozen, FilesystemLockLostEvent.class, LIMIT);
			process.awaitEventSince(frozen, FilesystemLockAcquiredEvent.class, LIMIT);
			assertThat(process.isAlive()).isTrue();
		}
	}

	private ClusterProcess start(String terminate) {
		ClusterProcess process = ClusterProcess.builder()
			.ttl(TTL)
			.property("cluster-controller.coordinator", "local")
			.property("cluster-controller.local.directory", this.directory.resolve("cluster").toString())
			.property("cluster-controller.filesystem-locks", this.directory.toString())
			.property("cluster-controller.terminate-when-filesystem-lock-lost", terminate)
			.start();
		process.awaitEvent(FilesystemLockAcquiredEvent.class, LIMIT);
		return process;
	}

	private static void freezeBeyondTheSession(ClusterProcess process) {
		process.freeze();
		Waits.letPass(TTL);
		process.thaw();
	}

}
