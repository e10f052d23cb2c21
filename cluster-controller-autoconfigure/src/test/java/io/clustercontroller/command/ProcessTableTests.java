package io.clustercontroller.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import io.clustercontroller.command.ProcessTable.Entry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@code /proc} says is read right.
 */
class ProcessTableTests {

	@Test
	void nameMayHoldAnything() {
		String rest = "10 11 12 0 -1 4194304 1 0 0 0 0 0 0 0 20 0 1 0 4711 0 0\n";
		Entry entry = new Entry(5, 'S', 10, 11, 12, 4711);
		assertThat(ProcessTable.parse(5, "5 (sh) S " + rest)).isEqualTo(entry);
		assertThat(ProcessTable.parse(5, "5 (a) R 1 (b\nc)) S " + rest)).isEqualTo(entry);
	}

	@Test
	void thisJvmIsThere() throws Exception {
		long pid = ProcessHandle.current().pid();
		assertThat(ProcessTable.isReadable()).isTrue();
		assertThat(ProcessTable.read()).extracting(Entry::pid).contains(pid);
		assertThat(ProcessTable.hasInEnvironment(pid, ("PATH=" + System.getenv("PATH")).getBytes())).isTrue();
		assertThat(ProcessTable.hasInEnvironment(pid, "NO_SUCH_VARIABLE=".getBytes())).isFalse();
	}

	@Test
	void zombieIsDead() throws Exception {
		// what becomes 'sleep' has a child that it does not know of; the shell, which
		// does, must be gone when that ends
		Process parent = new ProcessBuilder("sh", "-c",
				"(until grep -q sleep /proc/$$/comm; do :; done) & echo $!; exec sleep 1000")
			.start();
		try {
			long zombie = Long.parseLong(parent.inputReader().readLine());
			Awaitility.await().atMost(TestCommands.LIMIT).until(() -> ProcessTable.find(zombie) == null);
			assertThat(Files.readString(Path.of("/proc/" + zombie + "/stat"))).contains(") Z ");
			assertThat(ProcessTable.read()).extracting(Entry::pid).contains(parent.pid()).doesNotContain(zombie);
		}
		finally {
			parent.destroyForcibly().waitFor(TestCommands.LIMIT.toSeconds(), TimeUnit.SECONDS);
		}
		assertThat(ProcessTable.find(parent.pid())).isNull();
	}

}
