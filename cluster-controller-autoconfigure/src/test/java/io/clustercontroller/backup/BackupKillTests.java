package io.clustercontroller.backup;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import io.clustercontroller.testing.Waits;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever a JVM is doing when it is killed: all backups are complete, none that was good
 * is missing, and the next run cleans up. More often with {@code -Dmeasure.kills=200}.
 */
class BackupKillTests {

	private static final int KILLS = Integer.getInteger("measure.kills", 8);

	private static final List<String> NAMES = List.of(BackupJvmMain.FILE, BackupJvmMain.FOLDER);

	/** About as long as a run of each takes. */
	private static final int LONGEST = 1500;

	@TempDir
	private Path directory;

	@Test
	void noBackupIsLostOrDamagedByAKill() throws Exception {
		Map<String, Integer> good = new HashMap<>();
		Random random = new Random(5);
		int halfWay = 0;
		run(6);
		for (int i = 0; i < KILLS; i++) {
			Process jvm = start(Integer.MAX_VALUE);
			try {
				awaitLine(jvm, "ready");
				Waits.letPass(Duration.ofMillis(random.nextInt(LONGEST)));
			}
			finally {
				jvm.destroyForcibly();
			}
			assertThat(jvm.waitFor(30, TimeUnit.SECONDS)).isTrue();
			for (String name : NAMES) {
				int found = Soundness.check(this.directory, name).size();
				assertThat(found).as("good ones of '%s' after kill %d", name, i)
					.isGreaterThanOrEqualTo(good.getOrDefault(name, 3));
				good.merge(name, 3, Math::max);
				halfWay += Trees.children(this.directory.resolve(name).resolve(".staging")).isEmpty() ? 0 : 1;
			}
		}
		System.out.printf("%d kills: %d times something was under way%n", KILLS, halfWay);
		assertThat(halfWay).as("kills in the middle of a run").isPositive();
		awaitTheEndOfTheCommands();
		run(1);
		for (String name : NAMES) {
			Soundness.checkTidy(this.directory, name);
		}
	}

	private void run(int times) throws Exception {
		Process jvm = start(times);
		for (int i = 0; i < times; i++) {
			awaitLine(jvm, "taken");
		}
		assertThat(jvm.waitFor(60, TimeUnit.SECONDS)).isTrue();
	}

	private Process start(int times) throws IOException {
		return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xshare:auto",
				"-Xmx64m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Dlogging.level.root=warn", "-cp",
				System.getProperty("java.class.path"), BackupJvmMain.class.getName(), this.directory.toString(),
				String.valueOf(times))
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
	}

	private static void awaitLine(Process jvm, String expected) throws IOException {
		BufferedReader output = jvm.inputReader();
		String line = output.readLine();
		while (!expected.equals(line)) {
			if (line == null) {
				throw new IOException("The JVM has ended without '" + expected + "'");
			}
			line = output.readLine();
		}
	}

	/** They are killed by what guards them, a moment after their JVM. */
	private void awaitTheEndOfTheCommands() {
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> ProcessHandle.allProcesses()
				.noneMatch((process) -> process.info().commandLine().orElse("").contains(this.directory.toString())));
		assertThat(Files.exists(this.directory)).isTrue();
	}

}
