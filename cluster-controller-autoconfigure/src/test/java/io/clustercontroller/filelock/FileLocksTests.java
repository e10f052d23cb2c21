package io.clustercontroller.filelock;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.clustercontroller.event.FilesystemLockLostEvent;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The locks of folders keep the contract where files decide.
 */
class FileLocksTests extends FilesystemLocksContractTests {

	@Override
	protected List<String> coordinator() {
		return LockingInstance.local(this.directory.resolve("cluster"));
	}

	@Test
	void instancesOfOtherServicesThatShareTheFolderCount() {
		Path folder = folder("data");
		assertThat(start().locks().tryAcquire(folder)).isTrue();
		LockingInstance other = start("--cluster-controller.service=other",
				"--cluster-controller.local.directory=" + this.directory.resolve("other cluster"));
		assertThat(other.locks().tryAcquire(folder)).isFalse();
	}

	@Test
	void lockThatSomebodyHasRemovedIsNoticedAndTakenAgain() throws IOException {
		Path folder = folder("data");
		LockingInstance a = start("--cluster-controller.filesystem-locks=" + folder,
				"--cluster-controller.session.ttl=2s");
		long token = a.locks().token(folder).orElseThrow();
		FileSystemUtils.deleteRecursively(folder.resolve(LockDirectory.NAME));
		assertThat(awaitEvent(a, FilesystemLockLostEvent.class).fencingToken()).isEqualTo(token);
		Awaitility.await().atMost(LIMIT).until(() -> a.locks().token(folder).orElse(0) > token);
	}

	@Test
	void nothingElseIsLeftInTheFolder() throws IOException {
		Path folder = folder("data");
		LockingInstance a = start();
		a.locks().tryAcquire(folder);
		a.locks().release(folder);
		try (var left = Files.list(folder)) {
			assertThat(left).containsExactly(folder.resolve(LockDirectory.NAME));
		}
	}

}
