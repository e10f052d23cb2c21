package io.clustercontroller.cost;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import io.clustercontroller.cost.Supervision.Sink;
import io.clustercontroller.testing.Spread;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How long the starter takes to start, restart and stop a service, and what its guard
 * needs. Measure with {@code -Dmeasure.starts=10} on an idle machine, with supervisord
 * and tini on the PATH.
 */
class ServiceTimeTests {

	private static final int STARTS = Integer.getInteger("measure.starts", 1);

	private static final int RESTARTS = 5;

	/** Bash, as it knows the time without another process. */
	private static final List<String> CHILD = List.of("bash", "-c", """
			trap 'echo "${EPOCHREALTIME/./}" > terminated; exit' TERM
			echo "$$ ${EPOCHREALTIME/./}" >> started
			sleep 600 &
			wait
			""");

	private static final String STARTED = "started";

	private static final String TERMINATED = "terminated";

	private static final String[] ALWAYS = { "--cluster-controller.process.restart.policy=always",
			"--cluster-controller.process.restart.delay=1ms", "--cluster-controller.process.restart.max-delay=1ms",
			"--cluster-controller.process.restart.limit=1000" };

	private final Map<String, List<Double>> measured = new LinkedHashMap<>();

	@TempDir
	private Path directory;

	@Test
	void serviceStartsRestartsAndStops() throws Exception {
		for (int i = 0; i < STARTS; i++) {
			Path folder = Files.createDirectory(this.directory.resolve("starter" + i));
			try (Supervision supervision = Supervision.byStarter(folder, Sink.FILE, CHILD, ALWAYS)) {
				awaitStart(supervision, folder, 1);
				note("start: turn and role to the first act of the service, ms",
						(started(folder, 1).at() - stamp(folder.resolve(SupervisedApplication.DUE))) / 1e3);
				restart(supervision, folder);
				ProcessHandle guard = supervision.guard();
				note("guard, resident, KB", Supervision.kilobytes(guard.pid(), "status", "VmRSS"));
				note("guard, its own share (PSS), KB", Supervision.kilobytes(guard.pid(), "smaps_rollup", "Pss"));
				note("guard, not shared, KB", Supervision.kilobytes(guard.pid(), "status", "RssAnon"));
				terminate("starter", supervision, folder);
				assertThat(guard.isAlive()).as("the guard outlives its JVM").isFalse();
			}
		}
		if (STARTS > 1) {
			compare();
		}
		report();
	}

	@Test
	@EnabledIfSystemProperty(named = "measure.starts", matches = "\\d+")
	void ownLogOfTheApplicationIsNotHeldUp() throws IOException {
		int calls = 3000;
		Volume volume = Volume.write(this.directory.resolve("lines"), 4_000_000, false);
		List<Double> idle = ownTimes(volume, calls, "idle", "--cluster-controller.process.output=discard");
		List<Double> busy = ownTimes(volume, calls, "busy", "--cluster-controller.process.output=log");
		System.out.println("The application's own log calls, ms: p50, p99, worst");
		reportOwn("the service is silent", idle);
		reportOwn("it writes as fast as it can", busy);
	}

	private List<Double> ownTimes(Volume volume, int calls, String name, String output) throws IOException {
		List<Double> times = new ArrayList<>();
		for (int round = 0; round < 3; round++) {
			Path folder = Files.createDirectory(this.directory.resolve(name + round));
			try (Supervision supervision = Supervision.byStarter(folder, Sink.FILE, volume.child(), output,
					"-D" + SupervisedApplication.OWN_CALLS + "=" + calls)) {
				Files.createFile(folder.resolve(Volume.GO));
				Path file = folder.resolve(SupervisedApplication.OWN_TIMES);
				supervision.await("all calls", () -> Files.exists(file));
				Files.readAllLines(file).forEach((line) -> times.add(Long.parseLong(line) / 1e6));
			}
			Files.delete(folder.resolve(Sink.OUT));
		}
		return times;
	}

	private static void reportOwn(String what, List<Double> times) {
		Spread spread = new Spread(times);
		System.out.printf("  %-28s %.3f %.3f %.1f%n", what, spread.median(), spread.at(0.99), spread.at(1));
	}

	private void restart(Supervision supervision, Path folder) throws IOException {
		for (int i = 1; i <= RESTARTS; i++) {
			ProcessHandle service = ProcessHandle.of(started(folder, i).pid()).orElseThrow();
			long killed = now();
			service.destroyForcibly();
			awaitStart(supervision, folder, i + 1);
			note("restart: SIGKILL of the service to the first act of the next, ms",
					(started(folder, i + 1).at() - killed) / 1e3);
		}
	}

	/** The service has nothing to do and ends at once. */
	private void terminate(String who, Supervision supervision, Path folder) throws Exception {
		long sent = now();
		supervision.terminate();
		assertThat(supervision.process().waitFor(Supervision.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
		long gone = now();
		long terminated = stamp(folder.resolve(TERMINATED));
		note("stop: SIGTERM of " + who + " to that of the service, ms", (terminated - sent) / 1e3);
		note("stop: from there to the end of " + who + ", ms", (gone - terminated) / 1e3);
	}

	private void compare() throws Exception {
		boolean tini = Supervision.isInstalled("tini");
		boolean supervisord = Supervision.isInstalled("supervisord");
		for (int i = 0; i < STARTS; i++) {
			if (tini) {
				List<String> words = new ArrayList<>(List.of("tini", "-s", "--"));
				words.addAll(CHILD);
				Path folder = Files.createDirectory(this.directory.resolve("tini" + i));
				terminate("tini", folder, Supervision.start(folder, Sink.FILE, words));
			}
			if (supervisord) {
				Path folder = Files.createDirectory(this.directory.resolve("supervisord" + i));
				terminate("supervisord", folder, Supervisord.start(folder, CHILD));
			}
		}
	}

	private void terminate(String who, Path folder, Supervision started) throws Exception {
		try (Supervision supervision = started) {
			awaitStart(supervision, folder, 1);
			terminate(who, supervision, folder);
		}
	}

	private static void awaitStart(Supervision supervision, Path folder, int number) {
		supervision.await("start " + number + " of the service", () -> find(folder, number) != null);
	}

	private static Start started(Path folder, int number) throws IOException {
		return Objects.requireNonNull(find(folder, number));
	}

	private static @Nullable Start find(Path folder, int number) throws IOException {
		Path file = folder.resolve(STARTED);
		String text = Files.exists(file) ? Files.readString(file) : "";
		String[] lines = text.substring(0, text.lastIndexOf('\n') + 1).split("\n");
		if (lines.length < number || lines[0].isEmpty()) {
			return null;
		}
		String[] words = lines[number - 1].split(" ");
		return new Start(Long.parseLong(words[0]), Long.parseLong(words[1]));
	}

	private static long stamp(Path file) throws IOException {
		return Long.parseLong(Files.readString(file).trim());
	}

	private static long now() {
		return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
	}

	private void note(String what, double value) {
		this.measured.computeIfAbsent(what, (key) -> new ArrayList<>()).add(value);
	}

	private void report() {
		System.out.printf("The supervised service, median (min-max)%n");
		this.measured
			.forEach((what, values) -> System.out.printf("  %-70s %s%n", what, new Spread(values).toString(1)));
	}

	/**
	 * One start of the service.
	 *
	 * @param pid its process
	 * @param at microseconds since the epoch
	 */
	private record Start(long pid, long at) {
	}

}
