package io.clustercontroller.coordination.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

import io.clustercontroller.coordination.AbstractCoordinatorTests;
import io.clustercontroller.coordination.ClusterView;
import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.Mastership;
import io.clustercontroller.coordination.RecordingListener;
import io.clustercontroller.coordination.TimeSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Several processes in one folder, and what happens to them.
 */
class LocalProcessTests extends AbstractCoordinatorTests {

	private static final Logger log = LoggerFactory.getLogger(LocalProcessTests.class);

	private static final int CONTESTANTS = 10;

	@TempDir
	Path directory;

	@Override
	protected Coordinator coordinator() {
		return new LocalCoordinator(this.directory, TimeSource.SYSTEM);
	}

	@Test
	void killedMasterIsFollowedAtOnce() throws IOException {
		try (MemberProcess process = master()) {
			Participant slave = participant("b", 1);
			Mastership former = slave.awaitMastership((mastership) -> mastership.instanceId().equals("a"));
			long killedAt = TimeSource.SYSTEM.nanoTime();
			process.kill();
			slave.awaitNobody();
			Mastership next = slave.acquire();
			Duration failover = Duration.ofNanos(TimeSource.SYSTEM.nanoTime() - killedAt);
			log.info("kill -9 of the master to the next master: {} ms", failover.toMillis());
			assertThat(failover).isLessThan(Duration.ofSeconds(5));
			assertThat(next.token()).isGreaterThan(former.token());
			slave.awaitMembers("b");
			try (var left = Files.list(service().resolve("members"))) {
				assertThat(left.map((file) -> file.getFileName().toString())).containsExactlyInAnyOrder("b.lock",
						"b.json");
			}
		}
	}

	@Test
	void frozenMasterStaysMaster() throws Exception {
		try (MemberProcess process = master()) {
			Participant slave = participant("b", 1);
			Mastership mastership = slave.awaitMastership((each) -> each.instanceId().equals("a"));
			process.freeze();
			get(slave.session().acquire());
			Awaitility.await()
				.during(Duration.ofSeconds(1))
				.atMost(RecordingListener.LIMIT)
				.until(() -> mastership.equals(slave.listener().view().mastership()));
			process.thaw();
			get(slave.session().acquire());
			assertThat(slave.listener().view().mastership()).isEqualTo(mastership);
		}
	}

	@Test
	void mastershipIsOfferedAndHandedOverToAnotherProcess() throws IOException {
		Participant master = participant("b", 1);
		long token = master.acquire().token();
		try (MemberProcess process = MemberProcess.start("member", this.directory.toString(), this.environment,
				this.service, "a")) {
			master.await((view) -> view.member("a").isPresent());
			long start = TimeSource.SYSTEM.nanoTime();
			CompletionStage<Boolean> answer = master.session().offer("a");
			assertThat(get(answer)).isTrue();
			assertThat(get(master.session().handOver(token, "a"))).isTrue();
			process.awaitLine("master " + (token + 1));
			Duration took = Duration.ofNanos(TimeSource.SYSTEM.nanoTime() - start);
			log.info("offer, answer and hand-over between processes: {} ms", took.toMillis());
			assertThat(master.listener().view().mastership()).isEqualTo(new Mastership("a", token + 1, false, true));
			process.kill();
			master.awaitNobody();
			assertThat(master.acquire().token()).isEqualTo(token + 2);
		}
	}

	@Test
	void lockIsNotLostWhenItsOwnProcessLooksAtIt() throws Exception {
		Path file = this.directory.toRealPath().resolve("x.lock");
		try (LockFile lock = LockFile.tryAcquire(file)) {
			assertThat(lock).isNotNull();
			assertThat(LockFile.isHeld(file)).isTrue();
			assertThat(LockFile.tryAcquire(file)).isNull();
			assertThat(heldAsSeenByACopyOfTheClass(file)).isTrue();
			try (MemberProcess process = MemberProcess.launch("lock", file.toString())) {
				process.awaitLine("ready refused");
			}
		}
		try (MemberProcess process = MemberProcess.launch("lock", file.toString())) {
			process.awaitLine("ready taken");
			assertThat(LockFile.isHeld(file)).isTrue();
			assertThat(LockFile.tryAcquire(file)).isNull();
		}
	}

	@Test
	void thirtyThatRaceInThreeProcessesAreNeverMasterTogether(@TempDir Path arena) throws IOException {
		List<AutoCloseable> contestants = new ArrayList<>();
		try {
			for (String prefix : List.of("x", "y")) {
				contestants.add(MemberProcess.launch("race", this.directory.toString(), arena.toString(), prefix,
						String.valueOf(CONTESTANTS)));
			}
			for (int index = 0; index < CONTESTANTS; index++) {
				contestants.add(new Contestant(this.directory, arena, "z" + index));
			}
			Path log = arena.resolve("log");
			Coordinator watching = open();
			Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
				ClusterView view = get(watching.view("test", "race"));
				return view.members().size() == 3 * CONTESTANTS && lines(log).size() >= 100;
			});
			List<String> lines = lines(log);
			assertThat(lines).noneMatch((line) -> line.startsWith("two"));
			assertThat(lines.stream().map(Long::valueOf).toList()).isSorted().doesNotHaveDuplicates();
		}
		finally {
			for (AutoCloseable contestant : contestants) {
				closeQuietly(contestant);
			}
		}
	}

	private MemberProcess master() throws IOException {
		MemberProcess process = MemberProcess.start("member", this.directory.toString(), this.environment, this.service,
				"a");
		process.awaitLine("master");
		return process;
	}

	private Path service() {
		return this.directory.resolve(this.environment).resolve(this.service);
	}

	private static List<String> lines(Path file) throws IOException {
		return Files.exists(file) ? Files.readAllLines(file) : List.of();
	}

	private static boolean heldAsSeenByACopyOfTheClass(Path file) throws Exception {
		try (CopyingClassLoader copies = new CopyingClassLoader()) {
			Class<?> copy = copies.loadClass(LockFile.class.getName());
			assertThat(copy).isNotSameAs(LockFile.class);
			var isHeld = copy.getDeclaredMethod("isHeld", Path.class);
			isHeld.setAccessible(true);
			return (boolean) isHeld.invoke(null, file);
		}
	}

	private static void closeQuietly(AutoCloseable closeable) {
		try {
			closeable.close();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Another web application in the same process, say.
	 */
	private static final class CopyingClassLoader extends java.net.URLClassLoader {

		CopyingClassLoader() {
			super(new java.net.URL[] { LockFile.class.getProtectionDomain().getCodeSource().getLocation() },
					ClassLoader.getPlatformClassLoader());
		}

	}

}
