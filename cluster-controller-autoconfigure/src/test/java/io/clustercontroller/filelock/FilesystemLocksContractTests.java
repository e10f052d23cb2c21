package io.clustercontroller.filelock;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.clustercontroller.InvalidPropertyException;
import io.clustercontroller.event.FilesystemLockAcquiredEvent;
import io.clustercontroller.event.FilesystemLockLostEvent;
import io.clustercontroller.testing.Waits;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContextException;
import org.springframework.core.NestedExceptionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * What an application may rely on, whatever decides who holds a lock.
 */
@ExtendWith(OutputCaptureExtension.class)
abstract class FilesystemLocksContractTests {

	private static final String PROPERTY = "--cluster-controller.filesystem-locks=";

	/** Far more than anything here takes, however slow the machine is. */
	protected static final Duration LIMIT = Duration.ofSeconds(30);

	@TempDir
	Path directory;

	private final List<LockingInstance> instances = new ArrayList<>();

	/** The arguments that choose the coordinator. */
	protected abstract List<String> coordinator();

	@AfterEach
	final void closeAll() {
		this.instances.forEach(LockingInstance::close);
	}

	@Test
	void oneInstanceHoldsTheLockAtATime() {
		LockingInstance a = start();
		LockingInstance b = start();
		Path folder = folder("data");
		assertThat(a.locks().holds(folder)).isFalse();
		assertThat(a.locks().token(folder)).isEmpty();
		assertThat(a.locks().tryAcquire(folder)).isTrue();
		assertThat(a.locks().tryAcquire(folder)).isTrue();
		assertThat(b.locks().tryAcquire(folder)).isFalse();
		assertThat(a.locks().holds(folder)).isTrue();
		assertThat(b.locks().holds(folder)).isFalse();
		assertThat(b.locks().token(folder)).isEmpty();
		assertThat(b.locks().tryAcquire(folder("other"))).isTrue();
	}

	@Test
	void tokenGrowsEachTimeTheLockChangesHands() {
		LockingInstance a = start();
		LockingInstance b = start();
		Path folder = folder("data");
		long last = 0;
		for (LockingInstance each : List.of(a, b, a, a, b)) {
			assertThat(each.locks().tryAcquire(folder)).isTrue();
			long token = each.locks().token(folder).orElseThrow();
			assertThat(token).isGreaterThan(last);
			last = token;
			each.locks().release(folder);
			assertThat(each.locks().holds(folder)).isFalse();
		}
	}

	@Test
	void releasingWhatAnotherOneHoldsDoesNothing() {
		LockingInstance a = start();
		LockingInstance b = start();
		Path folder = folder("data");
		a.locks().tryAcquire(folder);
		b.locks().release(folder);
		b.locks().tryAcquire(folder);
		b.locks().release(folder);
		assertThat(b.locks().tryAcquire(folder)).isFalse();
		assertThat(a.locks().holds(folder)).isTrue();
		assertThat(notice(folder)).contains(":" + a.locks().token(folder).orElseThrow());
	}

	@Test
	void folderIsTheSameHoweverItIsSpelled() throws IOException {
		LockingInstance a = start();
		LockingInstance b = start();
		Path folder = folder("data");
		Path link = Files.createSymbolicLink(this.directory.resolve("link"), folder);
		Path relative = Path.of("").toAbsolutePath().relativize(folder);
		assertThat(a.locks().tryAcquire(Path.of(folder + "/../data/"))).isTrue();
		assertThat(a.locks().holds(folder)).isTrue();
		assertThat(a.locks().holds(relative)).isTrue();
		for (Path spelling : List.of(folder, link, relative, folder.resolve("x").resolve(".."))) {
			assertThat(b.locks().tryAcquire(spelling)).as("%s", spelling).isFalse();
		}
		assertThat(a.locks().held())
			.containsExactly(Map.entry(folder.toRealPath(), a.locks().token(folder).orElseThrow()));
		assertThat(b.locks().held()).isEmpty();
		a.locks().release(relative);
		assertThat(a.locks().held()).isEmpty();
		assertThat(b.locks().tryAcquire(link)).isTrue();
		assertThat(b.locks().holds(link)).isTrue();
		assertThat(b.locks().holds(folder)).isTrue();
	}

	@Test
	void lockIsKeptWhileTheInstanceLives() {
		LockingInstance a = start("--cluster-controller.session.ttl=6s");
		LockingInstance b = start("--cluster-controller.session.ttl=6s");
		Path folder = folder("data");
		a.locks().tryAcquire(folder);
		long token = a.locks().token(folder).orElseThrow();
		Awaitility.await().during(Duration.ofSeconds(7)).atMost(LIMIT).until(() -> {
			assertThat(b.locks().tryAcquire(folder)).isFalse();
			return a.locks().holds(folder);
		});
		assertThat(a.locks().token(folder)).hasValue(token);
	}

	@Test
	void stoppedInstanceLeavesTheLockToOthersAtOnce() {
		LockingInstance a = start();
		LockingInstance b = start();
		Path folder = folder("data");
		a.locks().tryAcquire(folder);
		FilesystemLocks locks = a.locks();
		LockingInstance.Listener listener = a.context().getBean(LockingInstance.Listener.class);
		Awaitility.await().atMost(LIMIT).until(() -> !a.events().isEmpty());
		a.close();
		assertThat(listener.heldWhileStopping()).containsExactly(folder);
		assertThat(locks.holds(folder)).isFalse();
		assertThat(Files.exists(folder.resolve("lock"))).isFalse();
		assertThat(b.locks().tryAcquire(folder)).isTrue();
		assertThatExceptionOfType(FilesystemLockException.class).isThrownBy(() -> locks.tryAcquire(folder))
			.withMessageContaining("has stopped");
	}

	@Test
	void configuredLockIsHeldWhenTheApplicationIsUp() {
		Path folder = folder("data");
		LockingInstance a = start(PROPERTY + folder);
		assertThat(a.locks().holds(folder)).isTrue();
		assertThat(a.locks().token(folder)).isPresent();
		FilesystemLockAcquiredEvent event = awaitEvent(a, FilesystemLockAcquiredEvent.class);
		assertThat(event.folder()).isEqualTo(folder);
		assertThat(event.fencingToken()).isEqualTo(a.locks().token(folder).orElseThrow());
	}

	@Test
	void startWaitsForTheHolderToLeaveAndSaysSo(CapturedOutput output) {
		Path folder = folder("data");
		LockingInstance a = start(PROPERTY + folder);
		CompletableFuture<LockingInstance> starting = CompletableFuture.supplyAsync(() -> start(PROPERTY + folder));
		Awaitility.await().atMost(LIMIT).until(() -> output.toString().contains("Waiting for the lock of '" + folder));
		assertThat(starting).isNotDone();
		a.close();
		assertThat(starting).succeedsWithin(LIMIT);
		assertThat(starting.join().locks().holds(folder)).isTrue();
	}

	@Test
	void startThatHasWaitedTooLongFailsAndNamesTheHolder(CapturedOutput output) {
		Path folder = folder("data");
		start(PROPERTY + folder, "--cluster-controller.container=box-one");
		assertThatExceptionOfType(FilesystemLocksTimeoutException.class)
			.isThrownBy(() -> startOrCause(PROPERTY + folder, "--cluster-controller.filesystem-locks-timeout=1s"))
			.withMessageContainingAll("'" + folder + "'", "within 1s", "'box-one-", "has it");
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("'cluster-controller.filesystem-locks-timeout'");
	}

	@Test
	void locksAreTakenInTheSameOrderWhateverTheOrderOfTheList(CapturedOutput output) {
		Path one = folder("one");
		Path two = folder("two");
		LockingInstance a = start(PROPERTY + one);
		LockingInstance b = start();
		CompletableFuture<LockingInstance> starting = CompletableFuture
			.supplyAsync(() -> start(PROPERTY + two + "," + one));
		Awaitility.await().atMost(LIMIT).until(() -> output.toString().contains("Waiting for the lock of '" + one));
		assertThat(b.locks().tryAcquire(two)).isTrue();
		b.locks().release(two);
		a.locks().release(one);
		assertThat(starting).succeedsWithin(LIMIT);
		assertThat(starting.join().locks().holds(two)).isTrue();
	}

	@Test
	void releasedLockIsNotTakenAgain() {
		Path folder = folder("data");
		LockingInstance a = start(PROPERTY + folder, "--cluster-controller.session.ttl=2s");
		a.locks().release(folder);
		Waits.letPass(Duration.ofSeconds(2));
		assertThat(a.locks().holds(folder)).isFalse();
		assertThat(start().locks().tryAcquire(folder)).isTrue();
		assertThat(a.events()).noneMatch(FilesystemLockLostEvent.class::isInstance);
	}

	@Test
	void noticeSaysWhoHoldsTheLockAsThePredecessorReadsIt() {
		Path folder = folder("data");
		long before = System.currentTimeMillis();
		LockingInstance a = start(PROPERTY + folder, "--cluster-controller.container=box:one");
		String[] parts = notice(folder).split(":");
		assertThat(parts[0]).isEqualTo("box-one");
		assertThat(Long.parseLong(parts[1])).isBetween(before, System.currentTimeMillis());
		assertThat(Long.parseLong(parts[2])).isEqualTo(a.locks().token(folder).orElseThrow());
		a.locks().release(folder);
		assertThat(Files.exists(folder.resolve("lock"))).isFalse();
	}

	@Test
	void noticeOfAPredecessorIsReplaced() throws IOException {
		Path folder = folder("data");
		Files.writeString(folder.resolve("lock"), "old-container:1554300000000");
		LockingInstance a = start(PROPERTY + folder);
		assertThat(notice(folder)).endsWith(":" + a.locks().token(folder).orElseThrow());
	}

	@Test
	void foreignFilesNamedLockAreLeftAlone(CapturedOutput output) throws IOException {
		List<Path> folders = Stream.of("empty", "binary", "huge", "folder", "link").map(this::folder).toList();
		Files.createFile(folders.get(0).resolve("lock"));
		Files.write(folders.get(1).resolve("lock"), new byte[] { 0, -1, 58, -128, 10 });
		Files.write(folders.get(2).resolve("lock"), new byte[3_000_000]);
		Files.createDirectory(folders.get(3).resolve("lock"));
		Path target = Files.writeString(this.directory.resolve("target"), "a:1");
		Files.createSymbolicLink(folders.get(4).resolve("lock"), target);
		LockingInstance a = start();
		LockingInstance b = start();
		for (Path folder : folders) {
			assertThat(a.locks().tryAcquire(folder)).as("%s", folder).isTrue();
			assertThat(b.locks().tryAcquire(folder)).as("%s", folder).isFalse();
			a.locks().release(folder);
			assertThat(output).contains("'" + folder.resolve("lock") + "' does not say who holds the lock");
		}
		assertThat(Files.size(folders.get(0).resolve("lock"))).isZero();
		assertThat(Files.size(folders.get(1).resolve("lock"))).isEqualTo(5);
		assertThat(Files.size(folders.get(2).resolve("lock"))).isEqualTo(3_000_000);
		assertThat(Files.isDirectory(folders.get(3).resolve("lock"))).isTrue();
		assertThat(Files.isSymbolicLink(folders.get(4).resolve("lock"))).isTrue();
		assertThat(target).hasContent("a:1");
	}

	@Test
	void folderThatCannotBeLockedIsRefused() throws IOException {
		LockingInstance a = start();
		Path missing = this.directory.resolve("missing");
		assertThatExceptionOfType(FilesystemLockException.class).isThrownBy(() -> a.locks().tryAcquire(missing))
			.withMessageContainingAll("'" + missing + "'", "no such folder")
			.satisfies((ex) -> assertThat(ex.getRemedy()).contains("mount"));
		Path file = Files.writeString(this.directory.resolve("file"), "");
		assertThatExceptionOfType(FilesystemLockException.class).isThrownBy(() -> a.locks().tryAcquire(file))
			.withMessageContaining("not a folder");
		a.locks().release(missing);
		assertThat(a.locks().holds(missing)).isFalse();
	}

	@Test
	void folderThatCannotBeWrittenIsRefused() throws IOException {
		LockingInstance a = start();
		Path readOnly = folder("read-only");
		Files.setPosixFilePermissions(readOnly, PosixFilePermissions.fromString("r-xr-xr-x"));
		assumeThat(Files.isWritable(readOnly)).as("that this user is not root").isFalse();
		assertThatExceptionOfType(FilesystemLockException.class).isThrownBy(() -> a.locks().tryAcquire(readOnly))
			.withMessageContainingAll("'" + readOnly + "'", "read-only");
	}

	@Test
	void configuredFolderThatCannotBeLockedEndsTheStart() {
		Path missing = this.directory.resolve("missing");
		assertThatExceptionOfType(InvalidPropertyException.class).isThrownBy(() -> startOrCause(PROPERTY + missing))
			.withMessageContainingAll("cluster-controller.filesystem-locks", missing.toString(), "no such folder");
	}

	protected final LockingInstance start(String... args) {
		List<String> all = new ArrayList<>(coordinator());
		all.addAll(List.of(args));
		LockingInstance instance = LockingInstance.start(all);
		synchronized (this.instances) {
			this.instances.add(instance);
		}
		return instance;
	}

	/** Throws what has kept it from starting. */
	protected final void startOrCause(String... args) throws Throwable {
		try {
			start(args);
		}
		catch (ApplicationContextException ex) {
			throw NestedExceptionUtils.getMostSpecificCause(ex);
		}
	}

	/** A new folder, by its real path. */
	protected final Path folder(String name) {
		try {
			return Files.createDirectories(this.directory.toRealPath().resolve(name));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	protected static String notice(Path folder) {
		try {
			return Files.readString(folder.resolve("lock"), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	protected static <T> T awaitEvent(LockingInstance instance, Class<T> type) {
		return Awaitility.await(type.getSimpleName())
			.atMost(LIMIT)
			.until(() -> instance.events().stream().filter(type::isInstance).map(type::cast).findFirst(),
					Optional::isPresent)
			.orElseThrow();
	}

}
