package io.clustercontroller.backup;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.clustercontroller.backup.BackupRequest.Source;
import io.clustercontroller.command.Commands;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Making}, with real commands.
 */
@ExtendWith(OutputCaptureExtension.class)
class MakingTests {

	@TempDir
	private Path directory;

	@Test
	void secretsThatACommandPrintsAreNotShown(CapturedOutput output) throws Exception {
		Map<String, String> environment = new HashMap<>(System.getenv());
		environment.put("PGPASSWORD", "s3cr3t-value");
		try (Commands commands = new Commands()) {
			Making making = new Making("shop", () -> commands, environment, Duration.ofSeconds(1));
			making.make(
					new Source.OfCommand(List.of("sh", "-c", "echo with $PGPASSWORD; echo x > $BACKUP_OUTPUT"), null),
					this.directory.resolve("out"));
			assertThat(this.directory.resolve("out")).hasContent("x\n");
			assertThat(making.lastLines()).containsExactly("with ******");
		}
		assertThat(output).contains("backup.shop", "with ******").doesNotContain("s3cr3t-value");
	}

	@Test
	void whatACommandSaysIsRememberedToACertainLength() throws Exception {
		try (Commands commands = new Commands()) {
			Making making = new Making("shop", () -> commands, System.getenv(), Duration.ofSeconds(1));
			making.make(
					new Source.OfCommand(
							List.of("sh", "-c", "printf %0900d 1; echo; for i in $(seq 19); do echo $i; done"), null),
					this.directory.resolve("out"));
			assertThat(making.lastLines()).hasSize(20).endsWith("18", "19");
			assertThat(making.lastLines().get(0)).isEqualTo("0".repeat(500));
		}
	}

}
