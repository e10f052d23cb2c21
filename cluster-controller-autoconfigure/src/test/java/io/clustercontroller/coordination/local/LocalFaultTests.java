package io.clustercontroller.coordination.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import io.clustercontroller.Role;
import io.clustercontroller.coordination.AbstractCoordinatorTests;
import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.CoordinationRefusedException;
import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.Mastership;
import io.clustercontroller.coordination.RecordingListener;
import io.clustercontroller.coordination.Records;
import io.clustercontroller.coordination.Records.StoredRecord;
import io.clustercontroller.coordination.TimeSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.FileSystemUtils;
import org.springframework.util.StringUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Broken files, foreign files, and folders that cannot be used.
 */
@ExtendWith(OutputCaptureExtension.class)
class LocalFaultTests extends AbstractCoordinatorTests {

	@TempDir
	Path directory;

	@Override
	protected Coordinator coordinator() {
		return new LocalCoordinator(this.directory, TimeSource.SYSTEM);
	}

	@Test
	void brokenAndForeignFilesAreIgnoredAndLoggedOnce(CapturedOutput output) throws IOException {
		Participant master = participant("a", 0);
		Files.writeString(file("members/garbage.json"), "no JSON");
		Files.writeString(file("members/half.json"), "{\"instanceId\":\"half\"}");
		Files.writeString(file("members/other.json"), Files.readString(file("members/a.json")));
		Files.writeString(file("members/notes.txt"), "stray");
		Files.createDirectories(file("members/folder.json/folder"));
		Files.createDirectories(file("members/folder"));
		Files.writeString(file("offers/a.json"), "{");
		Files.write(file("records/binary.txt"), new byte[] { (byte) 0xff, (byte) 0xfe });
		Files.writeString(file("records/unversioned.txt"), "x");
		Files.writeString(file("records/~stray"), "x");
		Files.createDirectories(file("records/folder"));
		Participant slave = participant("b", 1);
		master.awaitMembers("a", "b");
		long token = master.acquire().token();
		slave.awaitMastership((mastership) -> mastership.token() == token);
		Records records = open().records(this.environment, this.service);
		long version = get(records.write("good", "1", Records.ABSENT, token)).orElseThrow();
		assertThat(get(records.list(""))).containsExactly(new StoredRecord("good", "1", version));
		assertThat(get(records.write("binary", "2", Records.ABSENT, token))).isPresent();
		get(records.list(""));
		for (int turn = 0; turn < 3; turn++) {
			get(slave.session().update(slave.member()));
			get(master.session().update(master.member()));
		}
		for (String name : List.of("garbage.json", "half.json", "other.json", "notes.txt", "folder.json", "folder")) {
			String complaint = "Ignoring '" + file("members/" + name) + "'";
			// once for each of the two coordinators
			assertThat(StringUtils.countOccurrencesOf(output.getAll(), complaint)).as(complaint).isEqualTo(2);
		}
		Files.writeString(file("members/garbage.json"), "still no JSON");
		Awaitility.await()
			.atMost(RecordingListener.LIMIT)
			.until(() -> StringUtils.countOccurrencesOf(output.getAll(), "garbage.json'") == 4);
		assertThat(file("members/garbage.json")).exists();
	}

	@Test
	void emptyFolderIsAnEmptyService() throws IOException {
		Files.createDirectories(service());
		Coordinator coordinator = open();
		assertThat(get(coordinator.view(this.environment, this.service)).members()).isEmpty();
		assertThat(get(coordinator.records(this.environment, this.service).list(""))).isEmpty();
		participant("a", 0).acquire();
	}

	@Test
	void fieldsOfANewerVersionArePassedOver() throws IOException {
		Participant master = participant("a", 0);
		long token = master.acquire().token();
		get(master.session().release(token));
		String text = Files.readString(file("master.json"));
		Files.writeString(file("master.json"), text.replaceFirst("\\{", "{\"news\":[1,{\"a\":2}],"));
		assertThat(master.acquire().token()).isEqualTo(token + 1);
	}

	@Test
	void masterRestoresWhatSomebodyHasDamaged() throws IOException {
		Participant master = participant("a", 0);
		Participant slave = participant("b", 1);
		Mastership held = master.acquire();
		Coordinator watching = open();
		for (String damage : List.of("", "garbage", "{\"token\":1,\"handedOver\":false}")) {
			Files.writeString(file("master.json"), damage);
			slave.session().acquire();
			Awaitility.await()
				.atMost(RecordingListener.LIMIT)
				.until(() -> get(watching.view(this.environment, this.service)).mastership() != null);
			slave.awaitMastership((mastership) -> mastership.token() == held.token());
		}
		String member = Files.readString(file("members/a.json"));
		Files.writeString(file("members/a.json"), "garbage");
		Awaitility.await()
			.atMost(RecordingListener.LIMIT)
			.until(() -> Files.readString(file("members/a.json")).equals(member));
		slave.awaitMembers("a", "b");
		assertThat(slave.listener().views()).noneMatch((view) -> view.mastership() != null && view.mastership().held());
		assertThat(master.listener().view().mastership()).isEqualTo(held);
	}

	@Test
	void tokenGrowsThoughTheMasterFileIsLost() throws IOException {
		Participant first = participant("a", 0);
		long token = first.acquire().token();
		get(first.session().release(token));
		Files.delete(file("master.json"));
		assertThat(first.acquire().token()).isGreaterThan(token);
	}

	@Test
	void removingTheFolderEndsItsSessions() throws IOException {
		Participant master = participant("a", 0);
		Participant slave = participant("b", 1);
		long token = master.acquire().token();
		Records records = open().records(this.environment, this.service);
		long version = get(records.write("r", "1", Records.ABSENT, token)).orElseThrow();
		FileSystemUtils.deleteRecursively(service());
		assertThat(master.listener().awaitEnd()).isNotInstanceOf(CoordinationRefusedException.class)
			.hasMessageContaining("removed");
		slave.listener().awaitEnd();
		assertFails(master.session().release(token));
		Participant anew = participant("a", 0);
		assertThat(anew.acquire().token()).isGreaterThan(token);
		assertThat(get(records.write("r", "1", Records.ABSENT, null)).orElseThrow()).isGreaterThan(version);
	}

	@Test
	void removingTheFileOfAMemberOrMasterEndsItsSession() throws IOException {
		Participant master = participant("a", 0);
		long token = master.acquire().token();
		Files.delete(file("master.json"));
		master.listener().awaitEnd();
		Participant slave = participant("b", 0);
		assertThat(slave.acquire().token()).isGreaterThan(token);
		Files.delete(file("members/b.json"));
		slave.listener().awaitEnd();
	}

	@Test
	void replacingALockFileEndsItsSession() throws IOException {
		Participant master = participant("a", 0);
		master.acquire();
		Files.delete(file("master.lock"));
		Files.createFile(file("master.lock"));
		master.listener().awaitEnd();
		Participant slave = participant("b", 0);
		slave.acquire();
		Files.delete(file("members/b.lock"));
		slave.listener().awaitEnd();
	}

	@Test
	void secondMemberOfTheSameNameIsTurnedAway() {
		Participant first = participant("a", 0);
		Mastership held = first.acquire();
		RecordingListener second = join(open(), first.member());
		assertThat(second.awaitEnd()).hasMessageContaining("already");
		assertThat(second.views()).isEmpty();
		assertThat(first.listener().view().mastership()).isEqualTo(held);
	}

	@Test
	void folderThatCannotBeCreatedIsRefused() throws IOException {
		Path file = Files.createFile(this.directory.resolve("file"));
		for (Path impossible : List.of(file, file.resolve("below"))) {
			assertRefused(impossible);
			LocalCoordinator coordinator = new LocalCoordinator(impossible, TimeSource.SYSTEM);
			assertFails(coordinator.records(this.environment, this.service).write("a", "1", Records.ABSENT, null));
			coordinator.close();
		}
	}

	@Test
	void folderOfSomebodyElseIsRefused() throws IOException {
		Path foreign = Path.of("/usr");
		if (Files.isWritable(foreign)) { // root is welcome everywhere
			foreign = Files.createDirectory(this.directory.resolve("foreign"));
			Files.setOwner(foreign,
					foreign.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
		}
		assertThat(assertRefused(foreign)).hasMessageContaining(foreign.toString());
	}

	@Test
	void folderThatEverybodyCanWriteToIsRefused() throws IOException {
		Path open = Files.createDirectory(this.directory.resolve("open"));
		Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
		assertThat(assertRefused(open)).hasMessageContaining("everybody");
	}

	@Test
	void linkOutOfTheFolderIsRefused(@TempDir Path elsewhere) throws IOException {
		Files.createDirectories(elsewhere.resolve(this.service));
		Files.createSymbolicLink(this.directory.resolve(this.environment), elsewhere);
		assertRefused(this.directory);
	}

	@Test
	void othersOnTheMachineAreKeptOut() throws IOException {
		Path created = this.directory.resolve("new/folder");
		LocalCoordinator coordinator = new LocalCoordinator(created, TimeSource.SYSTEM);
		participant(coordinator, member("a", 0)).acquire();
		get(coordinator.records(this.environment, this.service).write("r", "1", Records.ABSENT, null));
		coordinator.close();
		try (var files = Files.walk(created)) {
			assertThat(files).isNotEmpty().allSatisfy((file) -> {
				String permissions = PosixFilePermissions
					.toString(Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS));
				assertThat(permissions).as(file.toString()).endsWith("------");
			});
		}
	}

	@Test
	void nameThatLeadsOutOfTheFolderIsRefused() {
		for (String name : List.of("..", "a/b", "/etc", "", ".hidden")) {
			assertFails(open().view(name, this.service));
			assertFails(open().records(this.environment, name).list(""));
		}
		Member member = member("../a", 0);
		assertThat(join(open(), member).awaitEnd()).isInstanceOf(CoordinationRefusedException.class);
		Member outside = new Member("a", "host", "..", "x", Role.SLAVE, MemberState.STARTED, List.of(), 1,
				member.joinedAt(), Map.of());
		assertThat(join(open(), outside).awaitEnd()).hasMessageContaining("'..'");
	}

	@Test
	void closingLeavesNothingBehind() throws IOException {
		Path descriptors = Path.of("/proc/self/fd");
		participant("warm-up", 0).acquire();
		long before = Files.isDirectory(descriptors) ? count(descriptors) : 0;
		for (int round = 0; round < 30; round++) {
			Coordinator coordinator = open();
			participant(coordinator, member("a" + round, round + 1));
			coordinator.close();
		}
		closeAll();
		assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName).doesNotContain("cluster-local");
		assertThat(System.getProperties().stringPropertyNames())
			.noneMatch((name) -> name.startsWith("io.clustercontroller.lock:" + this.directory));
		assertThat(count(file("members"))).isZero();
		if (Files.isDirectory(descriptors)) {
			assertThat(count(descriptors)).isLessThan(before + 10);
		}
	}

	private static long count(Path folder) throws IOException {
		try (var files = Files.list(folder)) {
			return files.count();
		}
	}

	private CoordinationException assertRefused(Path directory) {
		LocalCoordinator coordinator = new LocalCoordinator(directory, TimeSource.SYSTEM);
		CoordinationException cause = join(coordinator, member("a", 0)).awaitEnd();
		coordinator.close();
		assertThat(cause).isInstanceOfSatisfying(CoordinationRefusedException.class,
				(refused) -> assertThat(refused.getRemedy()).contains("cluster-controller.local.directory"));
		return cause;
	}

	private static RecordingListener join(Coordinator coordinator, Member member) {
		RecordingListener listener = new RecordingListener();
		coordinator.join(member, Duration.ofSeconds(10), listener);
		return listener;
	}

	private Path service() {
		return this.directory.resolve(this.environment).resolve(this.service);
	}

	private Path file(String name) {
		return service().resolve(name);
	}

}
