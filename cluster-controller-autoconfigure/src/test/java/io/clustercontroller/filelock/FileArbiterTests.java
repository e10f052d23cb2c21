package io.clustercontroller.filelock;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Files decide who holds a lock, by whatever clocks the machines have.
 */
class FileArbiterTests {

	private static final Duration LIMIT = Duration.ofSeconds(9);

	private static final Duration MARGIN = Duration.ofSeconds(3);

	/** The clocks of the machines have nothing in common. */
	private final TurnedClocks here = new TurnedClocks(Long.MAX_VALUE - 5, 1_800_000_000_000L);

	private final TurnedClocks there = new TurnedClocks(-1_000_000, 5);

	@TempDir
	Path folder;

	private FileArbiter a;

	private FileArbiter b;

	@BeforeEach
	void create() {
		this.a = arbiter("a", this.here);
		this.b = arbiter("b", this.there);
	}

	@Test
	void firstOneHasTheLockAndConfirmsItUnderTheSameToken() {
		Claim first = won(this.a);
		pass(Duration.ofSeconds(2));
		Claim second = won(this.a);
		assertThat(second.token()).isEqualTo(first.token());
		assertThat(second.remaining()).isEqualTo(LIMIT.minus(MARGIN));
		assertThat(first.remaining()).isEqualTo(LIMIT.minus(MARGIN).minusSeconds(2));
		assertLost(this.b, "'a' with token " + first.token());
	}

	@Test
	void claimEndsTheMarginBeforeAnybodyElseCanHaveTheLock() {
		Claim claim = won(this.a);
		assertLost(this.b);
		pass(LIMIT.minus(MARGIN).minusNanos(1));
		assertThat(claim.isValid()).isTrue();
		pass(Duration.ofNanos(1));
		assertThat(claim.isValid()).isFalse();
		pass(MARGIN.minusNanos(1));
		assertLost(this.b);
		pass(Duration.ofNanos(1));
		assertThat(won(this.b).token()).isGreaterThan(claim.token());
	}

	@Test
	void holderThatShowsThatItLivesKeepsTheLock() {
		long token = won(this.a).token();
		for (int i = 0; i < 50; i++) {
			pass(LIMIT.dividedBy(3));
			assertThat(won(this.a).token()).isEqualTo(token);
			assertLost(this.b);
		}
	}

	@Test
	void timeCountsForAnotherOneFromWhenItSawTheStateItself() {
		won(this.a);
		pass(LIMIT.multipliedBy(10));
		assertLost(this.b);
		pass(LIMIT.minusNanos(1));
		assertLost(this.b);
		pass(Duration.ofNanos(1));
		won(this.b);
	}

	@Test
	void frozenHolderThatWakesAfterItWasReplacedChangesNothing() {
		Claim former = won(this.a);
		takeOver();
		assertThat(former.isValid()).isFalse();
		List<String> state = state();
		assertLost(this.a, "'b' with token ");
		this.a.giveUp();
		assertThat(state()).isEqualTo(state);
		assertThat(won(this.b).token()).isGreaterThan(former.token());
	}

	@Test
	void frozenHolderThatWakesJustBeforeItWouldBeReplacedKeepsTheLock() throws IOException {
		long token = won(this.a).token();
		assertLost(this.b);
		pass(LIMIT);
		// the other one has found the state stale, but has not acted yet
		LockDirectory directory = new LockDirectory(this.folder);
		LockEntry stale = directory.read().orElseThrow();
		assertThat(won(this.a).token()).isEqualTo(token);
		assertThat(directory.replace(stale, stale.takenBy("b", LIMIT))).isFalse();
		assertLost(this.b);
	}

	@Test
	void whatWasReadBeforeOthersHadTheLockIsOfNoUse() throws IOException {
		won(this.a);
		LockDirectory directory = new LockDirectory(this.folder);
		LockEntry seen = directory.read().orElseThrow();
		this.a.giveUp();
		won(this.b);
		this.b.giveUp();
		won(this.a);
		assertThat(directory.replace(seen, seen.takenBy("c", LIMIT))).isFalse();
		assertThat(won(this.a).isValid()).isTrue();
	}

	@Test
	void onlyOneOfManyTakesAStaleLock() throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(8);
		try {
			for (int round = 0; round < 100; round++) {
				TurnedClocks clocks = new TurnedClocks(0, 0);
				FileArbiter former = arbiter("former" + round, clocks);
				List<FileArbiter> takers = new ArrayList<>();
				for (int i = 0; i < 8; i++) {
					takers.add(arbiter("taker-" + round + "-" + i, clocks));
				}
				won(former);
				takers.forEach(FileArbiterTests::assertLost);
				clocks.pass(LIMIT);
				CyclicBarrier barrier = new CyclicBarrier(takers.size());
				List<Future<Attempt>> attempts = new ArrayList<>();
				for (FileArbiter taker : takers) {
					attempts.add(threads.submit(() -> {
						barrier.await();
						return taker.take(LIMIT);
					}));
				}
				List<Claim> claims = new ArrayList<>();
				for (Future<Attempt> attempt : attempts) {
					if (attempt.get().claim() != null) {
						claims.add(attempt.get().claim());
					}
				}
				assertThat(claims).hasSize(1);
				takers.forEach(FileArbiter::giveUp);
			}
		}
		finally {
			threads.shutdownNow();
		}
	}

	@Test
	void onlyOneOfManyIsTheFirst() throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(8);
		try {
			for (int round = 0; round < 50; round++) {
				Path fresh = Files.createDirectory(this.folder.resolve("round" + round));
				CyclicBarrier barrier = new CyclicBarrier(8);
				List<Future<Attempt>> attempts = new ArrayList<>();
				for (int i = 0; i < 8; i++) {
					FileArbiter arbiter = new FileArbiter(new LockedFolder(fresh, "x"), "o" + i, LIMIT, MARGIN,
							this.here);
					attempts.add(threads.submit(() -> {
						barrier.await();
						return arbiter.take(LIMIT);
					}));
				}
				long claims = 0;
				for (Future<Attempt> attempt : attempts) {
					claims += (attempt.get().claim() != null) ? 1 : 0;
				}
				assertThat(claims).isEqualTo(1);
				assertThat(names(fresh)).containsExactly(LockDirectory.NAME);
				assertThat(names(fresh.resolve(LockDirectory.NAME))).hasSize(1);
			}
		}
		finally {
			threads.shutdownNow();
		}
	}

	@Test
	void releasedLockIsFreeAtOnceAndTheTokenGrows() {
		long token = won(this.a).token();
		this.a.giveUp();
		long next = won(this.b).token();
		assertThat(next).isGreaterThan(token);
		this.a.giveUp();
		assertThat(won(this.b).token()).isEqualTo(next);
	}

	@Test
	void holderSetsHowLongItMayBeSilent() {
		FileArbiter patient = new FileArbiter(folder(), "patient", LIMIT.multipliedBy(4), MARGIN, this.here);
		Claim claim = won(patient);
		assertLost(this.b);
		pass(LIMIT.multipliedBy(4).minus(MARGIN).minusNanos(1));
		assertThat(claim.isValid()).isTrue();
		assertLost(this.b);
	}

	@Test
	void suspendedMachineDoesNotBelieveItsClock() {
		Claim claim = won(this.a);
		this.here.suspend(MARGIN.minusMillis(1));
		assertThat(claim.isValid()).isTrue();
		this.here.suspend(Duration.ofMillis(2));
		assertThat(claim.isValid()).isFalse();
	}

	@Test
	void holderFindsItselfWhereItsLastAnswerWasLost() throws IOException {
		long token = won(this.a).token();
		LockDirectory directory = new LockDirectory(this.folder);
		LockEntry entry = directory.read().orElseThrow();
		assertThat(directory.replace(entry, entry.next())).isTrue();
		assertThat(directory.replace(entry, entry.next())).as("done twice by a file server").isTrue();
		assertThat(won(this.a).token()).isEqualTo(token);
	}

	@Test
	void whatACrashLeftBehindIsInNobodysWayAndSwept() throws IOException {
		Path left = Files.createDirectory(this.folder.resolve(LockDirectory.NAME + ".1234.tmp"));
		Files.createFile(left.resolve("7.0.0.free"));
		Files.createDirectory(this.folder.resolve(LockDirectory.NAME + ".5678.tmp"));
		won(this.a);
		assertThat(names(this.folder)).containsExactly(LockDirectory.NAME);
		assertLost(this.b);
	}

	@Test
	void emptyDirectoryIsALockThatNobodyHas() throws IOException {
		Files.createDirectory(this.folder.resolve(LockDirectory.NAME));
		won(this.a);
		assertLost(this.b);
	}

	@Test
	void foreignFilesInTheDirectoryArePassedOver() throws IOException {
		long token = won(this.a).token();
		Path directory = this.folder.resolve(LockDirectory.NAME);
		for (String name : List.of("README", "9.9", "1.2.3.", "x.1.1.a", "99999999999999999999.1.1.a", "7.1.1.a b")) {
			Files.writeString(directory.resolve(name), "?");
		}
		Files.createDirectory(directory.resolve("folder"));
		assertThat(won(this.a).token()).isEqualTo(token);
		assertLost(this.b);
		assertThat(names(directory)).hasSize(8);
	}

	@Test
	void directoryThatIsNoneIsAnErrorThatSaysSo() throws IOException {
		Path path = this.folder.resolve(LockDirectory.NAME);
		Files.writeString(path, "");
		assertNotADirectory(path);
		Files.delete(path);
		Files.createSymbolicLink(path, Files.createTempDirectory(this.folder, "elsewhere"));
		assertNotADirectory(path);
		Files.delete(path);
		won(this.a);
	}

	@Test
	void lockWhoseDirectoryIsRemovedIsLost() throws IOException {
		Claim claim = won(this.a);
		Path directory = this.folder.resolve(LockDirectory.NAME);
		for (String name : names(directory)) {
			Files.delete(directory.resolve(name));
		}
		Files.delete(directory);
		this.here.pass(Duration.ofSeconds(1));
		assertThat(won(this.a).token()).isGreaterThan(claim.token());
	}

	@Test
	void folderThatVanishesIsAnErrorThatNamesIt() throws IOException {
		Path gone = Files.createDirectory(this.folder.resolve("gone"));
		FileArbiter arbiter = new FileArbiter(new LockedFolder(gone, "gone"), "a", LIMIT, MARGIN, this.here);
		Files.delete(gone);
		assertThatExceptionOfType(FilesystemLockException.class).isThrownBy(() -> arbiter.take(LIMIT))
			.withMessageContaining("'" + gone + "'");
	}

	private void assertNotADirectory(Path path) {
		assertThatExceptionOfType(FilesystemLockException.class).isThrownBy(() -> this.a.take(LIMIT))
			.withMessageContainingAll("'" + path + "' is not a directory")
			.satisfies((ex) -> assertThat(ex.getRemedy()).contains("Remove"));
	}

	private void takeOver() {
		assertLost(this.b);
		pass(LIMIT);
		won(this.b);
	}

	private void pass(Duration time) {
		this.here.pass(time);
		this.there.pass(time);
	}

	private FileArbiter arbiter(String owner, TurnedClocks clocks) {
		return new FileArbiter(folder(), owner, LIMIT, MARGIN, clocks);
	}

	private LockedFolder folder() {
		return new LockedFolder(this.folder, "folder");
	}

	private List<String> state() {
		return names(this.folder.resolve(LockDirectory.NAME));
	}

	private static List<String> names(Path directory) {
		try (Stream<Path> files = Files.list(directory)) {
			return files.map((file) -> file.getFileName().toString()).toList();
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	private static Claim won(FileArbiter arbiter) {
		return Objects.requireNonNull(arbiter.take(LIMIT).claim(), "lost");
	}

	private static void assertLost(FileArbiter arbiter) {
		assertThat(arbiter.take(LIMIT).claim()).isNull();
	}

	private static void assertLost(FileArbiter arbiter, String holder) {
		Attempt attempt = arbiter.take(LIMIT);
		assertThat(attempt.claim()).isNull();
		assertThat(attempt.holder()).startsWith(holder);
	}

}
