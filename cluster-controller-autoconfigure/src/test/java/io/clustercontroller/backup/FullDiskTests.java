package io.clustercontroller.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * What happens when nothing more can be written: on a small file system of its own where
 * the test may mount one, and under a limit of the kernel for the command anywhere.
 */
class FullDiskTests {

	private static final String NAME = "data";

	private static final int SIZE = 20_000;

	@TempDir
	private Path directory;

	private boolean mounted;

	@AfterEach
	void unmount() throws Exception {
		if (this.mounted) {
			assertThat(run("umount", this.directory.toString())).isZero();
		}
	}

	@Test
	void aCommandThatMayWriteNoMoreHasFailed() throws IOException {
		try (BackupInstance instance = BackupInstance.start(this.directory)) {
			instance.take(NAME, "good");
			assertThatExceptionOfType(BackupException.class).isThrownBy(() -> instance.run(BackupRequest.command(NAME,
					"sh -c 'ulimit -f 8; exec dd if=/dev/zero of={output} bs=1k count=100'")));
			assertThat(instance.latest(NAME)).isEqualTo("good");
			Soundness.checkTidy(instance.folder(NAME).getParent(), NAME);
		}
	}

	@Test
	void nothingIsLostHoweverLittleSpaceIsLeft() throws Exception {
		mount("size=2m");
		try (BackupInstance instance = BackupInstance.start(this.directory)) {
			int failures = survive(instance, (left) -> {
				Path filler = this.directory.resolve("filler");
				Files.write(filler, new byte[(int) (this.directory.toFile().getUsableSpace() - left * 4096L)]);
				return filler;
			}, 24);
			assertThat(failures).as("failures").isBetween(1, 23);
		}
	}

	@Test
	void nothingIsLostAtWhicheverStepNothingCanBeMadeAnyMore() throws Exception {
		mount("size=20m,nr_inodes=400");
		try (BackupInstance instance = BackupInstance.start(this.directory)) {
			int failures = survive(instance, (left) -> {
				Path filler = Files.createDirectory(this.directory.resolve("filler"));
				int made = 0;
				while (true) {
					try {
						Files.createFile(filler.resolve(String.valueOf(made)));
						made++;
					}
					catch (IOException ex) {
						break;
					}
				}
				for (int i = 0; i < left; i++) {
					Files.delete(filler.resolve(String.valueOf(i)));
				}
				return filler;
			}, 14);
			assertThat(failures).as("failures").isBetween(4, 13);
		}
	}

	@Test
	void aRunForWhichThereIsNoSpaceIsNotBegun() throws Exception {
		mount("size=2m");
		try (BackupInstance instance = BackupInstance.start(this.directory)) {
			instance.take(BackupRequest.stream(NAME, (stream) -> stream.write(new byte[1_200_000])));
			assertThatExceptionOfType(BackupException.class)
				.isThrownBy(() -> instance
					.run(BackupRequest.path(NAME, (path) -> Files.createFile(this.directory.resolve("begun")))))
				.satisfies((ex) -> assertThat(ex.getReason()).contains("free in", "needs 1.3 MB"));
			assertThat(this.directory.resolve("begun")).doesNotExist();
		}
	}

	/** Take backups with less and less space, and count those that fail. */
	private int survive(BackupInstance instance, Filling filling, int most) throws IOException {
		Path destination = instance.folder(NAME).getParent();
		for (int i = 0; i < 3; i++) {
			instance.take(NAME, "small " + i);
			instance.clock().advance(Duration.ofHours(1));
		}
		int failures = 0;
		for (int left = most; left >= 0; left--) {
			List<BackupId> before = Soundness.check(destination, NAME);
			Path filler = filling.leave(left);
			try {
				instance.take(BackupRequest.stream(NAME, (stream) -> stream.write(new byte[SIZE])));
			}
			catch (BackupException ex) {
				failures++;
			}
			assertThat(Soundness.check(destination, NAME)).as("with %d left", left).containsAll(before);
			Trees.delete(filler);
			instance.clock().advance(Duration.ofHours(1));
		}
		assertThatExceptionOfType(BackupException.class)
			.isThrownBy(() -> instance.run(BackupRequest.stream(NAME, (stream) -> stream.write(new byte[50_000_000]))))
			.satisfies((ex) -> assertThat(ex.getReason()).containsIgnoringCase("no space left"));
		instance.take(NAME, "healed");
		assertThat(instance.latest(NAME)).isEqualTo("healed");
		Soundness.checkTidy(destination, NAME);
		return failures;
	}

	private void mount(String options) throws Exception {
		this.mounted = run("mount", "-t", "tmpfs", "-o", options, "tmpfs", this.directory.toString()) == 0;
		assumeThat(this.mounted).as("this user may mount; the test with the limit has run in any case").isTrue();
	}

	private static int run(String... words) throws IOException, InterruptedException {
		Process process = new ProcessBuilder(words).redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.start();
		assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
		return process.exitValue();
	}

	/** Leaves so much. */
	@FunctionalInterface
	private interface Filling {

		Path leave(int left) throws IOException;

	}

}
