package io.clustercontroller.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What has gone wrong with the backups of docker-cluster-controller, and must not here.
 * The number of the defect stands above each test. Those of settings (17, 18) are among
 * the {@link BackupPropertiesTests}, those of full disks (9, 10) among the
 * {@link FullDiskTests}, those of kills (7, 8) among the {@link BackupKillTests}.
 */
class PredecessorDefectTests {

	@TempDir
	static Path directory;

	private static BackupInstance instance;

	private final String name = "b" + UUID.randomUUID().toString().substring(0, 8);

	@BeforeAll
	static void start() throws IOException {
		// 12, 24: a dot and brackets in the path
		instance = BackupInstance.start(Files.createDirectories(directory.resolve("my.app/[x] y")), "hours-to-keep=3",
				"days-to-keep=3");
	}

	@AfterAll
	static void close() {
		instance.close();
	}

	@BeforeEach
	void setTheClock() {
		instance.clock().set("2024-03-10T02:05:00Z");
	}

	/** 1, 2, 3, 4. */
	@ParameterizedTest
	@ValueSource(
			strings = { "false", "sh -c 'echo part > \"$BACKUP_OUTPUT\"; exit 1'", "touch {output}", "mkdir {output}",
					"true", "/no/such/command {output}", "sh -c 'echo part > \"$BACKUP_OUTPUT\"; kill -9 $$'" })
	void whateverFailsLeavesAllThatThereWas(String command) throws IOException {
		instance.take(this.name, "good1");
		instance.take(this.name, "good2");
		assertThatExceptionOfType(BackupException.class)
			.isThrownBy(() -> instance.run(BackupRequest.command(this.name, command)));
		assertThat(instance.latest(this.name)).isEqualTo("good2");
		assertThat(instance.contents(this.name, "hourly")).containsExactly("good1");
		assertThat(instance.catalog().list(this.name)).hasSize(2);
		Soundness.checkTidy(instance.folder(this.name).getParent(), this.name);
	}

	/** 5, 29: bytes that are no text, and 5 MB of them. */
	@Test
	void whatACommandPrintsMakesNoDifference() {
		instance.take(BackupRequest.command(this.name,
				"sh -c 'printf \"\\377\\376\\n\"; yes \"$(printf %0999d 7)\" | head -c 5000000; echo data > \"$BACKUP_OUTPUT\"'"));
		assertThat(instance.latest(this.name)).isEqualTo("data\n");
	}

	/** 6. */
	@Test
	void twoNamesHaveNothingInCommon() {
		String other = this.name + ".other";
		for (int i = 0; i < 5; i++) {
			instance.take(this.name, "a" + i);
			instance.take(other, "b" + i);
			instance.clock().advance(Duration.ofHours(1));
		}
		assertThat(instance.contents(this.name, "hourly")).containsExactly("a2", "a3", "a4");
		assertThat(instance.contents(other, "hourly")).containsExactly("b2", "b3", "b4");
	}

	/** 11, 13, 27. */
	@Test
	void namesAreWhatTheyAreSaidToBe() {
		instance.take(this.name, "none");
		BackupRequest request = BackupRequest.stream(this.name, (stream) -> stream.write('x'));
		instance.take(request.extension(".tar.gz"));
		assertThat(instance.folder(this.name).resolve("latest.tar.gz")).hasContent("x");
		assertThat(instance.folder(this.name).resolve("latest")).doesNotExist();
		instance.clock().advance(Duration.ofHours(1));
		Backup zip = instance.take(request.extension(".zip")).backup();
		assertThat(instance.folder(this.name).resolve("latest.zip")).hasContent("x");
		assertThat(instance.folder(this.name).resolve("latest.tar.gz")).doesNotExist();
		assertThat(instance.entries(this.name, "hourly")).hasSize(2).contains(zip.id() + ".zip");
	}

	/** 14. */
	@Test
	void aFolderFollowsAFolderAndAFile() {
		String folder = "sh -c 'mkdir \"$BACKUP_OUTPUT\"; echo $0 > \"$BACKUP_OUTPUT\"/file' ";
		instance.take(this.name, "file");
		instance.take(BackupRequest.command(this.name, folder + "1"));
		instance.take(BackupRequest.command(this.name, folder + "2"));
		assertThat(instance.folder(this.name).resolve("latest/file")).hasContent("2\n");
		instance.take(this.name, "file again");
		assertThat(instance.latest(this.name)).isEqualTo("file again");
	}

	/** 15, 16, 26. */
	@Test
	void whatIsNotOursIsNeverTouched() throws IOException {
		instance.take(this.name, "data");
		List<String> foreign = List.of("README.md", "hourly/README.md", "hourly/2024-01-01_00.tar", "daily/old/file",
				".backups/note", "2024-03-10T02-05-00-000Z-abcdef", "hourly/2024-03-10T02-05-00-000Z-abcdef");
		for (String path : foreign) {
			Path file = instance.folder(this.name).resolve(path);
			Files.createDirectories(file.getParent());
			Files.writeString(file, path);
		}
		for (int i = 0; i < 30; i++) {
			instance.clock().advance(Duration.ofHours(7));
			instance.take(this.name, "data");
		}
		assertThat(foreign).allSatisfy((path) -> assertThat(instance.folder(this.name).resolve(path)).hasContent(path));
	}

	/** 15: also not where it has the very name that ours has to get. */
	@Test
	void aForeignLatestIsNotReplaced() throws IOException {
		Files.createDirectories(instance.folder(this.name));
		Path latest = Files.writeString(instance.folder(this.name).resolve("latest"), "foreign");
		assertThatExceptionOfType(BackupException.class).isThrownBy(() -> instance.take(this.name, "data"))
			.satisfies((ex) -> assertThat(ex.getReason()).contains("'" + latest + "'", "move it away"));
		assertThat(latest).hasContent("foreign");
		Files.delete(latest);
		instance.take(this.name, "data");
		assertThat(instance.latest(this.name)).isEqualTo("data");
	}

	/** 19, 20. */
	@Test
	void aClockThatIsSetBackCostsNoBackup() {
		for (int i = 0; i < 3; i++) {
			instance.take(this.name, "before " + i);
			instance.clock().advance(Duration.ofHours(1));
		}
		instance.clock().set("2024-03-09T02:05:00Z");
		for (int i = 0; i < 3; i++) {
			instance.take(this.name, "after " + i);
			assertThat(instance.latest(this.name)).isEqualTo("after " + i);
			instance.clock().advance(Duration.ofHours(1));
		}
		assertThat(instance.contents(this.name, "hourly")).containsExactly("after 0", "after 1", "after 2", "before 0",
				"before 1", "before 2");
	}

	/** 19. */
	@Test
	void theTimesOfFilesDoNotMatter() throws IOException {
		for (int i = 0; i < 5; i++) {
			Backup backup = instance.take(this.name, "data " + i).backup();
			Files.setLastModifiedTime(backup.path(),
					FileTime.from(Instant.parse("2024-01-01T00:00:00Z").minusSeconds(i)));
			instance.clock().advance(Duration.ofHours(1));
		}
		assertThat(instance.contents(this.name, "hourly")).containsExactly("data 2", "data 3", "data 4");
		assertThat(instance.latest(this.name)).isEqualTo("data 4");
	}

	/** 20. */
	@Test
	void bothHoursAtTheEndOfSummerTimeHaveABackup() {
		instance.clock().set("2024-10-27T00:10:00Z");
		for (int i = 0; i < 3; i++) {
			instance.take(this.name, "data " + i);
			instance.clock().advance(Duration.ofHours(1));
		}
		assertThat(instance.contents(this.name, "hourly")).containsExactly("data 0", "data 1", "data 2");
	}

	/** 21, 30. */
	@Test
	void itIsFiledAtOnceUnderTheTimeOfItsStart() {
		Backup first = instance.take(this.name, "data").backup();
		instance.clock().advance(Duration.ofDays(3));
		instance.take(this.name, "later");
		assertThat(instance.entries(this.name, "daily")).hasSize(2).contains(first.id());
		assertThat(first.id()).startsWith("2024-03-10T02-05-00-000Z");
	}

	/** 22. */
	@Test
	void theFirstDaysOfAYearAreInTheirOwnWeek() {
		for (String instant : List.of("2024-01-01T12:00:00Z", "2024-12-23T12:00:00Z", "2024-12-30T12:00:00Z",
				"2025-01-05T12:00:00Z", "2025-01-06T12:00:00Z")) {
			instance.clock().set(instant);
			instance.take(this.name, instant);
		}
		assertThat(instance.contents(this.name, "weekly")).containsExactly("2024-01-01T12:00:00Z",
				"2024-12-23T12:00:00Z", "2024-12-30T12:00:00Z", "2025-01-06T12:00:00Z");
		assertThat(Tier.WEEKLY.period(Instant.parse("2024-12-30T12:00:00Z"), ZoneOffset.UTC).label())
			.isEqualTo("2025-W01");
		assertThat(Tier.WEEKLY.period(Instant.parse("2021-01-01T12:00:00Z"), ZoneOffset.UTC).label())
			.isEqualTo("2020-W53");
	}

	/** 23. */
	@Test
	void labelsDoNotDependOnTheLanguageOfTheMachine() {
		assertThat(Tier.MONTHLY.period(Instant.parse("2024-03-10T12:00:00Z"), ZoneOffset.UTC).label())
			.isEqualTo("2024-03");
	}

	/** 24. */
	@ParameterizedTest
	@ValueSource(strings = { "a/b", "../a", "", ".", "..", ".hidden", "a b", "a\nb" })
	void namesThatAreNoFolderNamesAreRefused(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> BackupRequest.command(name, "true"));
	}

	/** 28. */
	@Test
	void permissionsAreNeverWidened() throws IOException {
		Backup backup = instance
			.take(BackupRequest.command(this.name,
					"sh -c 'mkdir \"$BACKUP_OUTPUT\"; cd \"$BACKUP_OUTPUT\"; echo x > a; chmod 600 a; echo y > b'"))
			.backup();
		assertThat(Files.getPosixFilePermissions(backup.path().resolve("a")))
			.containsExactly(PosixFilePermission.OWNER_READ);
		for (Tier tier : backup.tiers()) {
			Path entry = instance.folder(this.name).resolve(tier.label()).resolve(backup.id());
			assertThat(Files.getPosixFilePermissions(entry)).doesNotContain(PosixFilePermission.GROUP_READ,
					PosixFilePermission.OTHERS_READ);
			assertThat(Files.isSameFile(entry.resolve("a"), backup.path().resolve("a"))).isTrue();
		}
	}

	/** 29. */
	@Test
	void aCommandThatHangsIsEndedWithAllItHasStarted() {
		instance.take(this.name, "good");
		assertThatExceptionOfType(BackupException.class)
			.isThrownBy(() -> instance.run(BackupRequest
				.command(this.name, "sh -c 'sleep 1234.5 & echo part > \"$BACKUP_OUTPUT\"; trap : TERM; wait; wait'")
				.timeout(Duration.ofSeconds(2))))
			.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo("it took longer than 2s"));
		assertThat(ProcessHandle.allProcesses()
			.filter((process) -> process.info().commandLine().orElse("").contains("sleep 1234.5"))).isEmpty();
		assertThat(instance.latest(this.name)).isEqualTo("good");
		assertThat(instance.entries(this.name, ".staging")).isEmpty();
	}

}
