package io.clustercontroller.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;

import io.clustercontroller.event.BackupCompletedEvent;
import io.clustercontroller.event.BackupFailedEvent;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link BackupService}, in an application with real commands and files. Each
 * test has a name of its own.
 */
@ExtendWith(OutputCaptureExtension.class)
class BackupServiceTests {

	@TempDir
	static Path directory;

	private static BackupInstance instance;

	private final String name = "b" + UUID.randomUUID().toString().substring(0, 8);

	@BeforeAll
	static void start() {
		instance = BackupInstance.start(directory, "hours-to-keep=3", "days-to-keep=2", "weeks-to-keep=2",
				"months-to-keep=2");
	}

	@AfterAll
	static void close() {
		instance.close();
	}

	@BeforeEach
	void setTheClock() {
		instance.clock().set("2024-03-10T02:05:00Z");
	}

	@Test
	void aCommandFindsItsPathInItsWords() {
		instance.take(BackupRequest.command(this.name, "sh -c 'echo data > \"$1\"' sh {output}"));
		assertThat(instance.latest(this.name)).isEqualTo("data\n");
	}

	@Test
	void aCommandFindsItsPathInAVariable() {
		instance.take(BackupRequest.command(this.name, "sh -c 'echo \"$BACKUP_NAME\" > \"$BACKUP_OUTPUT\"'"));
		assertThat(instance.latest(this.name)).isEqualTo(this.name + "\n");
	}

	@Test
	void aCallbackMakesAFileAtAPath() {
		instance.take(BackupRequest.path(this.name, (path) -> Files.writeString(path, "data")));
		assertThat(instance.latest(this.name)).isEqualTo("data");
	}

	@Test
	void itIsFiledInAllTiersAtOnceAndItsDataIsThereOnce() throws IOException {
		Backup backup = instance.take(this.name, "data").backup();
		assertThat(backup.tiers()).containsExactlyInAnyOrder(Tier.values());
		assertThat(backup.latest()).isTrue();
		assertThat(backup.startedAt()).isEqualTo("2024-03-10T02:05:00Z");
		for (Tier tier : Tier.values()) {
			Path file = instance.folder(this.name).resolve(tier.label()).resolve(backup.id());
			assertThat(file).hasContent("data");
			assertThat(Files.isSameFile(file, backup.path())).isTrue();
		}
		assertThat(backup.id()).startsWith("2024-03-10T02-05-00-000Z-");
		assertThat(Files.getAttribute(backup.path(), "unix:nlink")).isEqualTo(1 + 1 + 4);
	}

	@Test
	void whatIsPublishedIsForItsOwnerToRead() throws IOException {
		Backup backup = instance.take(this.name, "data").backup();
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(backup.path()))).isEqualTo("r--------");
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(instance.folder(this.name))))
			.isEqualTo("rwx------");
	}

	@Test
	void peopleCanCheckItWithSha256sum() throws Exception {
		Backup backup = instance
			.take(BackupRequest.command(this.name,
					"sh -c 'mkdir {output}; echo 1 > {output}/one; echo 2 > {output}/two'"))
			.backup();
		Process check = new ProcessBuilder("sha256sum", "-c", "--strict", "SHA256SUMS")
			.directory(backup.path().getParent().toFile())
			.redirectErrorStream(true)
			.start();
		assertThat(new String(check.getInputStream().readAllBytes())).contains(this.name + "/one: OK", "/two: OK");
		assertThat(check.waitFor()).isZero();
	}

	@Test
	void aFolderIsABackupLikeAnyOther() throws IOException {
		for (int i = 1; i <= 3; i++) {
			instance.take(BackupRequest.command(this.name, List.of("sh", "-c",
					"mkdir -p {output}/sub/empty; echo " + i + " > {output}/sub/file; ln -s sub/file {output}/link")));
			Path latest = instance.folder(this.name).resolve("latest");
			assertThat(latest.resolve("sub/file")).hasContent(i + "\n");
			assertThat(latest.resolve("link")).hasContent(i + "\n").isSymbolicLink();
			assertThat(latest.resolve("sub/empty")).isEmptyDirectory();
			instance.clock().advance(Duration.ofHours(1));
		}
		assertThat(instance.entries(this.name, "hourly")).hasSize(3);
		Path first = instance.folder(this.name).resolve("daily").resolve(instance.entries(this.name, "daily").get(0));
		assertThat(first.resolve("sub/file")).hasContent("1\n");
		assertThat(instance.catalog().list(this.name)).allMatch(Backup::folder)
			.allSatisfy((backup) -> instance.catalog().verify(backup));
	}

	@Test
	void eachTierKeepsTheFirstOfItsNewestPeriods() {
		for (int hour = 0; hour < 24 * 40; hour++) {
			if (hour % 5 == 0) {
				instance.take(this.name, instance.clock().now().toString());
			}
			instance.clock().advance(Duration.ofHours(1));
		}
		assertThat(instance.contents(this.name, "hourly")).containsExactly("2024-04-18T11:05:00Z",
				"2024-04-18T16:05:00Z", "2024-04-18T21:05:00Z");
		assertThat(instance.contents(this.name, "daily")).containsExactly("2024-04-17T00:05:00Z",
				"2024-04-18T01:05:00Z");
		assertThat(instance.contents(this.name, "weekly")).containsExactly("2024-04-08T01:05:00Z",
				"2024-04-15T03:05:00Z");
		assertThat(instance.contents(this.name, "monthly")).containsExactly("2024-03-10T02:05:00Z",
				"2024-04-01T04:05:00Z");
		assertThat(instance.latest(this.name)).isEqualTo("2024-04-18T21:05:00Z");
		assertThat(instance.catalog().list(this.name)).hasSize(9);
	}

	@Test
	void oneThatIsNoFirstIsTheLatestUntilTheNext() {
		instance.take(this.name, "first");
		Backup second = instance.take(this.name, "second").backup();
		assertThat(instance.latest(this.name)).isEqualTo("second");
		assertThat(instance.contents(this.name, "hourly")).containsExactly("first");
		BackupResult.Completed third = instance.take(this.name, "third");
		assertThat(third.retention()).filteredOn((verdict) -> !verdict.kept())
			.singleElement()
			.satisfies((verdict) -> assertThat(verdict.id()).isEqualTo(second.id()))
			.satisfies((verdict) -> assertThat(verdict.reasons()).first()
				.asString()
				.startsWith("hourly 2024-03-10T02Z has"));
		assertThat(second.path()).doesNotExist();
		assertThat(instance.latest(this.name)).isEqualTo("third");
	}

	@Test
	void aDryRunTellsWhatWouldGoAndDropsNothing(CapturedOutput output) {
		instance.take(this.name, "first");
		Backup second = instance.take(this.name, "second").backup();
		BackupResult.Completed third = instance
			.take(BackupRequest.stream(this.name, (stream) -> stream.write(3)).dryRun(true));
		assertThat(third.dryRun()).isTrue();
		assertThat(third.retention()).anyMatch((verdict) -> verdict.id().equals(second.id()) && !verdict.kept());
		assertThat(second.path()).hasContent("second");
		assertThat(output).contains("in a dry run, " + second.id() + " goes: hourly 2024-03-10T02Z has");
	}

	@Test
	void whatIsPlannedIsWhatARunWouldDo() {
		instance.take(this.name, "first");
		instance.take(this.name, "second");
		instance.clock().advance(Duration.ofMinutes(1));
		assertThat(instance.catalog().plan(this.name)).extracting(RetentionVerdict::kept).containsExactly(true, true);
		assertThat(instance.catalog().plan(this.name).get(1).reasons()).containsExactly("latest");
	}

	@Test
	void aSuccessIsAnnounced() {
		Backup backup = instance.take(this.name, "data").backup();
		BackupCompletedEvent event = instance.await(BackupCompletedEvent.class, this.name);
		assertThat(event.path()).isEqualTo(backup.path());
		assertThat(event.size()).isEqualTo(4);
		assertThat(event.sha256()).isEqualTo("3a6eb0790f39ac87c94f3856b2dd2c5d110e6811602261a9a923d3bb23adc8b7");
		assertThat(event.startedAt()).isEqualTo(Instant.parse("2024-03-10T02:05:00Z"));
	}

	@Test
	void aFailureIsAnnouncedWithTheLastLinesThatWereWritten(CapturedOutput output) {
		assertThatExceptionOfType(BackupException.class)
			.isThrownBy(() -> instance.run(BackupRequest.command(this.name,
					"sh -c 'for i in $(seq 100); do echo line $i; done; echo last words >&2; exit 3'")))
			.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo("the command has ended with exit code 3"))
			.satisfies((ex) -> assertThat(ex.getOutput()).hasSize(20).contains("line 100").endsWith("last words"));
		BackupFailedEvent event = instance.await(BackupFailedEvent.class, this.name);
		assertThat(event.reason()).contains("exit code 3");
		assertThat(event.output()).endsWith("last words");
		assertThat(output).contains("line 1\n", "last words");
		assertThat(instance.entries(this.name, ".staging")).isEmpty();
	}

	@Test
	void anEarlierOneOfTheSameNameIsNotSeenByTheNext() {
		assertThatExceptionOfType(BackupException.class).isThrownBy(
				() -> instance.run(BackupRequest.command(this.name, "sh -c 'echo partial > {output}; exit 1'")));
		instance.take(BackupRequest.command(this.name, "sh -c '[ ! -e {output} ] && echo fresh > {output}'"));
		assertThat(instance.latest(this.name)).isEqualTo("fresh\n");
	}

	@Test
	void whatAVerifyCommandDoesNotAcceptIsNotPublished() {
		instance.take(this.name, "good");
		BackupRequest request = BackupRequest.command(this.name, "sh -c 'echo bad > {output}'")
			.verifyCommand("grep -q good {output}");
		assertThatExceptionOfType(BackupException.class).isThrownBy(() -> instance.run(request))
			.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo("the verify command has ended with exit code 1"));
		assertThat(instance.latest(this.name)).isEqualTo("good");
		instance.take(BackupRequest.command(this.name, "sh -c 'echo good again > {output}'")
			.verifyCommand("grep -q good {output}"));
		assertThat(instance.latest(this.name)).isEqualTo("good again\n");
	}

	@Test
	void whatIsTooSmallIsNotPublished() {
		BackupRequest request = BackupRequest.command(this.name, "sh -c 'false | gzip > {output}'")
			.minimumSize(DataSize.ofBytes(100));
		assertThatExceptionOfType(BackupException.class).isThrownBy(() -> instance.run(request))
			.satisfies((ex) -> assertThat(ex.getReason())
				.isEqualTo("what was written has 20 bytes only, and at least 100 bytes were expected"));
	}

	@Test
	void aBackupDoesNotShareItsDataWithTheFileItCameFrom() throws IOException {
		Path live = Files.writeString(directory.resolve(this.name), "data");
		Backup backup = instance.take(BackupRequest.command(this.name, List.of("ln", live.toString(), "{output}")))
			.backup();
		Files.writeString(live, "changed");
		assertThat(backup.path()).hasContent("data");
		instance.catalog().verify(backup);
	}

	@Test
	void aSecondRunOfTheSameNameIsSkipped() throws Exception {
		CountDownLatch begun = new CountDownLatch(1);
		CountDownLatch end = new CountDownLatch(1);
		Thread first = new Thread(() -> instance.take(BackupRequest.stream(this.name, (stream) -> {
			begun.countDown();
			end.await();
			stream.write(1);
		})));
		first.start();
		begun.await();
		assertThat(instance.run(BackupRequest.stream(this.name, (stream) -> stream.write(2))))
			.isEqualTo(new BackupResult.Skipped(this.name, "it is being taken already"));
		assertThat(instance.take(this.name + ".other", "data").backup().size()).isEqualTo(4);
		end.countDown();
		first.join();
		assertThat(instance.latest(this.name)).isEqualTo("\u0001");
	}

	@Test
	void aRunOfAnotherProcessOfThisMachineIsLeftAlone() throws Exception {
		instance.take(this.name, "data");
		try (RunLock other = RunLock.tryAcquire(instance.folder(this.name).resolve(".lock")).orElseThrow()) {
			assertThat(other).isNotNull();
			assertThat(instance.run(BackupRequest.stream(this.name, (stream) -> stream.write(2))))
				.isEqualTo(new BackupResult.Skipped(this.name, "it is being taken by somebody else on this machine"));
		}
	}

	@Test
	void aLongRunIsToldOf(CapturedOutput output) {
		instance.take(BackupRequest.stream(this.name, (stream) -> {
			stream.write(new byte[20_000]);
			stream.flush();
			Awaitility.await().atMost(BackupInstance.LIMIT).until(() -> output.toString().contains("20.0 KB after "));
		}));
		assertThat(output).containsPattern("Backup '" + this.name + "' is being made: 20.0 KB after \\d+ s");
	}

	@Test
	void whatIsNewlyWrittenIntoAFolderIsCollected() throws IOException {
		Path folder = Files.createDirectory(directory.resolve(this.name));
		Files.writeString(folder.resolve("old.txt"), "old");
		Files.writeString(folder.resolve("README.md"), "foreign");
		String write = "sh -c 'echo new > \"$0\"/app-1.2.3.tar.gz' " + folder;
		for (int i = 0; i < 3; i++) {
			instance.take(BackupRequest.command(this.name, write).collect(folder).extension(".tar.gz"));
		}
		assertThat(instance.folder(this.name).resolve("latest.tar.gz")).hasContent("new\n");
		assertThat(folder.resolve("app-1.2.3.tar.gz")).doesNotExist();
		assertThat(folder.resolve("README.md")).hasContent("foreign");
		assertThat(folder.resolve("old.txt")).hasContent("old");
	}

	@Test
	void severalNewFilesAreAFolder() throws IOException {
		Path folder = Files.createDirectory(directory.resolve(this.name));
		Files.writeString(folder.resolve("changed"), "old");
		instance.take(
				BackupRequest
					.command(this.name,
							"sh -c 'cd \"$0\"; echo 1 > one; echo 2 > changed; mkdir sub; echo 3 > sub/three' "
									+ folder)
					.collect(folder));
		Path latest = instance.folder(this.name).resolve("latest");
		assertThat(latest.resolve("one")).hasContent("1\n");
		assertThat(latest.resolve("changed")).hasContent("2\n");
		assertThat(latest.resolve("sub/three")).hasContent("3\n");
		assertThat(folder).isEmptyDirectory();
	}

	@Test
	void theDestinationItselfCanBeCollectedFrom() {
		Path destination = instance.folder(this.name).getParent();
		instance.take(this.name + ".other", "data");
		instance.take(BackupRequest.command(this.name, "sh -c 'echo dump > \"$0\"/dump.sql' " + destination)
			.collect(destination));
		assertThat(instance.latest(this.name)).isEqualTo("dump\n");
		assertThat(instance.latest(this.name + ".other")).isEqualTo("data");
	}

	@Test
	void whatWasCollectedIsPutBackIfItIsNotAccepted() throws IOException {
		Path folder = Files.createDirectory(directory.resolve(this.name));
		Path mirror = Files.createDirectory(folder.resolve("mirror"));
		Files.writeString(mirror.resolve("old"), "from long ago");
		BackupRequest request = BackupRequest
			.command(this.name, "sh -c 'echo new > \"$0\"/mirror/new; echo dump > \"$0\"/dump' " + folder)
			.collect(folder);
		assertThatExceptionOfType(BackupException.class).isThrownBy(() -> instance.run(request.verifyCommand("false")));
		assertThat(mirror.resolve("old")).hasContent("from long ago");
		assertThat(mirror.resolve("new")).hasContent("new\n");
		assertThat(folder.resolve("dump")).hasContent("dump\n");
		assertThat(instance.folder(this.name).resolve(".staging")).isEmptyDirectory();
	}

	@Test
	void aCommandThatWritesNothingNewHasFailed() throws IOException {
		Path folder = Files.createDirectory(directory.resolve(this.name));
		Files.writeString(folder.resolve("stale"), "stale");
		assertThatExceptionOfType(BackupException.class)
			.isThrownBy(() -> instance.run(BackupRequest.command(this.name, "true").collect(folder)))
			.satisfies((ex) -> assertThat(ex.getReason()).startsWith("nothing was written to"));
		assertThat(folder.resolve("stale")).hasContent("stale");
	}

	@Test
	void whatARunHasLeftBehindIsRemovedByTheNext() throws IOException {
		instance.take(this.name, "data");
		Path staging = instance.folder(this.name).resolve(".staging");
		Files.writeString(Files.createDirectory(staging.resolve("2024-03-10T01-00-00-000Z-abcdef")).resolve("part"),
				"x");
		Files.writeString(staging.resolve("2024-03-10T01-00-00-000Z-abcdef.hourly"), "x");
		instance.take(this.name, "more");
		assertThat(staging).isEmptyDirectory();
	}

	@Test
	void namesThatAreMissingAreMadeAgain() throws IOException {
		Backup backup = instance.take(this.name, "data").backup();
		Path weekly = instance.folder(this.name).resolve("weekly").resolve(backup.id());
		Files.delete(weekly);
		Files.delete(instance.folder(this.name).resolve("latest"));
		assertThatExceptionOfType(BackupException.class)
			.isThrownBy(() -> instance.run(BackupRequest.command(this.name, "false")));
		assertThat(weekly).hasContent("data");
		assertThat(instance.latest(this.name)).isEqualTo("data");
	}

	@Test
	void aDamagedOneDoesNotCountAndIsNotTouched() throws IOException {
		Backup damaged = instance.take(this.name, "damaged").backup();
		Files.setPosixFilePermissions(damaged.path(), PosixFilePermissions.fromString("rw-------"));
		Files.writeString(damaged.path(), "shorter".substring(1));
		instance.clock().advance(Duration.ofMinutes(1));
		instance.take(this.name, "good");
		assertThat(instance.catalog().list(this.name)).extracting(Backup::id).doesNotContain(damaged.id()).hasSize(1);
		assertThat(instance.contents(this.name, "hourly")).contains("good");
		assertThat(damaged.path()).exists();
	}

}
