package io.clustercontroller.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.UUID;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link BackupCatalog}.
 */
class BackupCatalogTests {

	@TempDir
	static Path directory;

	private static BackupInstance instance;

	private final String name = "b" + UUID.randomUUID().toString().substring(0, 8);

	private final Path target = directory.resolve(this.name);

	@BeforeAll
	static void start() {
		instance = BackupInstance.start(directory);
	}

	@AfterAll
	static void close() {
		instance.close();
	}

	@Test
	void listsTheNewestFirst() {
		instance.take(this.name, "one");
		instance.clock().advance(Duration.ofHours(1));
		instance.take(this.name, "four");
		assertThat(instance.catalog().list(this.name)).extracting(Backup::size).containsExactly(4L, 3L);
		assertThat(instance.catalog().list(this.name)).extracting(Backup::latest).containsExactly(true, false);
		assertThat(instance.catalog().newest(this.name)).contains(instance.catalog().list(this.name).get(0));
		assertThat(instance.catalog().list(this.name).get(0).tiers()).containsExactly(Tier.HOURLY);
		assertThat(instance.catalog().names()).contains(this.name);
	}

	@Test
	void whatIsNotThereIsEmpty() {
		assertThat(instance.catalog().list("none")).isEmpty();
		assertThat(instance.catalog().newest("none")).isEmpty();
		assertThat(instance.catalog().plan("none")).isEmpty();
	}

	@Test
	void oneChangedBitIsFound() throws IOException {
		Backup backup = instance.take(this.name, "data").backup();
		instance.catalog().verify(backup);
		Path hourly = instance.folder(this.name).resolve("hourly").resolve(backup.id());
		Files.setPosixFilePermissions(hourly, PosixFilePermissions.fromString("rw-------"));
		Files.writeString(hourly, "dat`");
		assertThatExceptionOfType(BackupException.class).isThrownBy(() -> instance.catalog().verify(backup))
			.satisfies((ex) -> assertThat(ex.getReason()).contains("is not what was published"));
		assertThatExceptionOfType(BackupException.class)
			.isThrownBy(() -> instance.catalog().restore(backup, this.target));
		assertThat(this.target).doesNotExist();
	}

	@Test
	void aChangedFileInAFolderIsFound() throws IOException {
		Backup backup = instance
			.take(BackupRequest.command(this.name, "sh -c 'mkdir {output}; echo x > {output}/file'"))
			.backup();
		instance.catalog().verify(backup);
		Files.createFile(backup.path().resolve("another"));
		assertThatExceptionOfType(BackupException.class).isThrownBy(() -> instance.catalog().verify(backup))
			.satisfies((ex) -> assertThat(ex.getReason()).contains("sha256sum -c SHA256SUMS"));
	}

	@Test
	void aRestoredFileIsACopyThatCanBeWrittenTo() throws IOException {
		Backup backup = instance.take(this.name, "data").backup();
		instance.catalog().restore(backup, this.target);
		assertThat(this.target).hasContent("data");
		assertThat(Files.isSameFile(this.target, backup.path())).isFalse();
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(this.target))).isEqualTo("rw-------");
	}

	@Test
	void aRestoredFolderHasTheModesAndLinksThatItHad() throws IOException {
		Backup backup = instance
			.take(BackupRequest.command(this.name, "sh -c 'mkdir {output} && cd {output} && mkdir sub && chmod 750 sub "
					+ "&& echo x > sub/file && chmod 640 sub/file && echo y > run && chmod 755 run && ln -s run link'"))
			.backup();
		instance.catalog().restore(backup, this.target);
		assertThat(mode("sub")).isEqualTo("rwxr-x---");
		assertThat(mode("sub/file")).isEqualTo("rw-r-----");
		assertThat(mode("run")).isEqualTo("rwxr-xr-x");
		assertThat(this.target.resolve("link")).isSymbolicLink().hasContent("y\n");
	}

	@Test
	void nothingIsReplacedByARestore() throws IOException {
		Backup backup = instance.take(this.name, "data").backup();
		Files.writeString(this.target, "precious");
		assertThatExceptionOfType(BackupException.class)
			.isThrownBy(() -> instance.catalog().restore(backup, this.target))
			.satisfies((ex) -> assertThat(ex.getReason()).contains("it exists already, and is not replaced"));
		assertThat(this.target).hasContent("precious");
	}

	@Test
	void oneFromTheFutureIsNotTheNewest() {
		instance.clock().set("2037-01-01T00:00:00Z");
		instance.take(this.name, "future");
		instance.clock().set("2024-03-10T02:05:00Z");
		instance.take(this.name, "now");
		assertThat(instance.catalog().newest(this.name)).get().extracting(Backup::size).isEqualTo(3L);
		assertThat(instance.latest(this.name)).isEqualTo("now");
		assertThat(instance.catalog().list(this.name)).hasSize(2);
	}

	private String mode(String path) throws IOException {
		return PosixFilePermissions.toString(Files.getPosixFilePermissions(this.target.resolve(path)));
	}

}
