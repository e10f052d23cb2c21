package io.clustercontroller.filelock;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

import io.clustercontroller.testing.ChildProcesses;
import io.clustercontroller.testing.EtcdExtension;
import io.clustercontroller.testing.EtcdProcess;
import io.clustercontroller.testing.Waits;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Processes that race for one lock while they are killed and frozen for longer than a
 * session: never two holders. Twenty of them, for longer, with
 * {@code -Dmeasure.minutes=1}.
 */
@ExtendWith(EtcdExtension.class)
class LockRaceTests {

	static final String PROOFS = ".proofs";

	private static final int MINUTES = Integer.getInteger("measure.minutes", 0);

	private static final Duration DURATION = (MINUTES > 0) ? Duration.ofMinutes(MINUTES) : Duration.ofSeconds(10);

	private static final int PROCESSES = (MINUTES > 0) ? 20 : 6;

	private static final int HOLDERS = 4;

	private static final Duration TTL = Duration.ofSeconds(2);

	private static final Duration LIMIT = Duration.ofMinutes(5);

	private final Random random = new Random();

	private final List<Process> racers = new ArrayList<>();

	private final Map<Process, Long> frozenUntil = new TreeMap<>(Comparator.comparingLong(Process::pid));

	@TempDir
	Path directory;

	private int kills;

	private int freezes;

	@Test
	void neverTwoHoldersWhereFilesDecide() throws IOException {
		race("files", LockingInstance.local(this.directory.resolve("cluster")));
	}

	@Test
	void neverTwoHoldersWhereEtcdDecides(EtcdProcess etcd) throws IOException {
		race("etcd", List.of("--cluster-controller.etcd.hosts=" + etcd.endpoint(),
				"--cluster-controller.environment=" + etcd.newEnvironment()));
	}

	private void race(String decides, List<String> coordinator) throws IOException {
		Path folder = Files.createDirectory(this.directory.resolve("folder"));
		Path arena = Files.createDirectory(this.directory.resolve("arena"));
		ProcessBuilder racer = racer(folder, arena, coordinator);
		try {
			Awaitility.await("racers").atMost(LIMIT).until(() -> {
				replaceDead(racer);
				return this.racers.stream().allMatch((each) -> ready(arena, each));
			});
			long start = System.nanoTime();
			// A busy machine gets as long as it takes for the race to be one
			while (System.nanoTime() - start < DURATION.toNanos()
					|| (!hasBeenARace(arena) && System.nanoTime() - start < LIMIT.toNanos())) {
				disturb(arena);
				replaceDead(racer);
				thaw(false);
				Waits.letPass(Duration.ofMillis(50 + this.random.nextInt(250)));
			}
			thaw(true);
			long thawed = System.nanoTime();
			Awaitility.await("a holder after all that")
				.atMost(LIMIT)
				.until(() -> samples(arena).stream().anyMatch((sample) -> sample.from() - thawed > 0));
		}
		finally {
			this.racers.forEach(Process::destroyForcibly);
		}
		judge(decides, arena);
	}

	private static ProcessBuilder racer(Path folder, Path arena, List<String> coordinator) {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m",
						"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-cp",
						System.getProperty("java.class.path"), LockRacer.class.getName(), folder.toString(),
						arena.toString(), "--cluster-controller.session.ttl=" + TTL.toSeconds() + "s",
						"--cluster-controller.start-timeout=5m", "--logging.level.root=error"));
		command.addAll(coordinator);
		return new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.appendTo(arena.resolve("output").toFile()));
	}

	/** The holder has to suffer more often than those who only wait. */
	private void disturb(Path arena) {
		Process victim = (this.random.nextInt(3) > 0) ? holder(arena).orElseGet(this::any) : any();
		// Racers that only start take the machine from those who race
		if (this.random.nextInt(4) == 0 && this.racers.stream().allMatch((each) -> ready(arena, each))) {
			victim.destroyForcibly();
			this.racers.remove(victim);
			this.frozenUntil.remove(victim);
			this.kills++;
		}
		else if (!this.frozenUntil.containsKey(victim) && this.frozenUntil.size() < PROCESSES / 2) {
			ChildProcesses.freeze(victim);
			this.frozenUntil.put(victim,
					System.nanoTime() + TTL.toNanos() / 2 + (long) (this.random.nextDouble() * 2 * TTL.toNanos()));
			this.freezes++;
		}
	}

	/** Also those who could not even start on a busy machine. */
	private void replaceDead(ProcessBuilder racer) {
		this.racers.removeIf((each) -> !each.isAlive());
		while (this.racers.size() < PROCESSES) {
			this.racers.add(ChildProcesses.start(racer));
		}
	}

	private Process any() {
		return this.racers.get(this.random.nextInt(this.racers.size()));
	}

	private Optional<Process> holder(Path arena) {
		return samples(arena).stream()
			.max(Comparator.comparingLong(Sample::until))
			.flatMap((last) -> this.racers.stream().filter((each) -> each.pid() == last.pid()).findFirst());
	}

	private void thaw(boolean all) {
		long now = System.nanoTime();
		this.frozenUntil.entrySet().removeIf((entry) -> {
			boolean due = all || now - entry.getValue() >= 0;
			if (due) {
				ChildProcesses.thaw(entry.getKey());
			}
			return due;
		});
	}

	private boolean hasBeenARace(Path arena) {
		return this.kills > 0 && this.freezes > 0 && holders(arena) >= HOLDERS && uses(arena) > 0;
	}

	private static long holders(Path arena) {
		return samples(arena).stream().mapToLong(Sample::token).distinct().count();
	}

	private static long uses(Path arena) {
		return lines(arena).filter((line) -> line.endsWith("used")).count();
	}

	private void judge(String decides, Path arena) {
		List<Sample> samples = samples(arena);
		List<String> violations = new ArrayList<>(lines(arena).filter((line) -> line.contains("violation")).toList());
		violations.addAll(tokensOutOfOrder(samples));
		System.out.printf(
				"Decided by %s: %d processes: %d kills, %d freezes, %d times another holder, %d samples, %d uses: %d violations%n",
				decides, PROCESSES, this.kills, this.freezes, holders(arena), samples.size(), uses(arena),
				violations.size());
		assertThat(violations).isEmpty();
		assertThat(hasBeenARace(arena)).as("kills, freezes, at least %d holders and a use", HOLDERS).isTrue();
	}

	/**
	 * Whoever holds the lock after another one has held it with a higher token, or with
	 * the same, is a second holder.
	 */
	private static List<String> tokensOutOfOrder(List<Sample> samples) {
		List<String> violations = new ArrayList<>();
		List<Sample> byBegin = samples.stream().sorted(Comparator.comparingLong(Sample::from)).toList();
		List<Sample> byEnd = samples.stream().sorted(Comparator.comparingLong(Sample::until)).toList();
		Sample highest = byEnd.get(0);
		int ended = 0;
		for (Sample sample : byBegin) {
			for (; ended < byEnd.size() && byEnd.get(ended).until() < sample.from(); ended++) {
				highest = (byEnd.get(ended).token() >= highest.token()) ? byEnd.get(ended) : highest;
			}
			boolean later = highest.until() < sample.from();
			if (later && (highest.token() > sample.token()
					|| (highest.token() == sample.token() && highest.pid() != sample.pid()))) {
				violations.add(sample + " after " + highest);
			}
		}
		return violations;
	}

	private static boolean ready(Path arena, Process racer) {
		return Files.exists(arena.resolve(racer.pid() + PROOFS));
	}

	private static List<Sample> samples(Path arena) {
		return lines(arena).filter((line) -> line.contains(" held "))
			.map(Sample::parse)
			.flatMap(Optional::stream)
			.toList();
	}

	/** All lines of all racers, each after its process id. */
	private static Stream<String> lines(Path arena) {
		try (Stream<Path> files = Files.list(arena)) {
			return files.filter((file) -> file.toString().endsWith(PROOFS))
				.flatMap(LockRaceTests::linesOf)
				.toList()
				.stream();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Stream<String> linesOf(Path file) {
		try {
			String pid = file.getFileName().toString().replace(PROOFS, "");
			return Files.readAllLines(file).stream().map((line) -> pid + " " + line);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * A proof that a process held the lock at some instant.
	 *
	 * @param from not before
	 * @param until not after
	 */
	private record Sample(long pid, long from, long until, long token) {

		/** The last line of a process that was killed may be half a line. */
		static Optional<Sample> parse(String line) {
			String[] words = line.split(" ");
			if (words.length < 6) {
				return Optional.empty();
			}
			return Optional.of(new Sample(Long.parseLong(words[0]), Long.parseLong(words[2]), Long.parseLong(words[3]),
					Long.parseLong(words[4])));
		}

	}

}
