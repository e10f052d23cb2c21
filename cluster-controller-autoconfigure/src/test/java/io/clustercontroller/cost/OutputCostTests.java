package io.clustercontroller.cost;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;

import io.clustercontroller.cost.Supervision.Sink;
import io.clustercontroller.testing.Spread;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of the output of a service that writes as fast as it can. Compare all ways
 * with {@code -Dmeasure.lines=2000000 -Dmeasure.rounds=5} on an idle machine, with
 * supervisord on the PATH; or some, with {@code -Dmeasure.ways=log.*}.
 */
class OutputCostTests {

	/** More than the heap of the application could hold. */
	private static final int FEW = 300_000;

	/** Which ways are compared with the direct one. */
	private static final String WAYS = System.getProperty("measure.ways", ".*");

	private static final String DIRECT = "child > file";

	@TempDir
	private Path directory;

	@ParameterizedTest
	@EnumSource
	void noLineIsLostInASmallHeap(Mode mode) throws IOException {
		Volume volume = Volume.write(this.directory.resolve("lines"), FEW, true);
		try (Supervision supervision = Supervision.byStarter(this.directory, mode.sink, volume.child(),
				mode.options())) {
			volume.pass(supervision, this.directory);
			if (mode != Mode.DISCARD) {
				List<Path> sinks = Stream.of(Sink.OUT, Sink.ERR, Mode.OUTPUT)
					.map(this.directory::resolve)
					.filter(Files::exists)
					.toList();
				Awaitility.await()
					.atMost(Supervision.LIMIT)
					.pollInterval(Duration.ofMillis(200))
					.untilAsserted(() -> volume.assertComplete(sinks));
			}
			assertThat(supervision.process().isAlive()).isTrue();
		}
	}

	@Test
	@EnabledIfSystemProperty(named = "measure.lines", matches = "\\d+")
	void waysOfOutputAreCompared() throws IOException {
		int lines = Integer.getInteger("measure.lines");
		int rounds = Integer.getInteger("measure.rounds", 5);
		Volume volume = Volume.write(this.directory.resolve("lines"), lines, false);
		Map<String, Way> ways = ways(volume);
		ways.keySet().removeIf((way) -> !way.equals(DIRECT) && !way.matches(WAYS));
		Map<String, List<Run>> runs = new LinkedHashMap<>();
		ways.keySet().forEach((way) -> runs.put(way, new ArrayList<>()));
		for (int round = 0; round < rounds; round++) {
			// what is written to disk behind one run is in the way of the next, whichever
			// it is
			List<Map.Entry<String, Way>> order = new ArrayList<>(ways.entrySet());
			Collections.shuffle(order, new Random(round));
			for (Map.Entry<String, Way> way : order) {
				Path folder = Files.createDirectory(this.directory.resolve("run"));
				Run run = measure(volume, way.getValue(), folder);
				System.out.printf("  %d %-30s %s%n", round, way.getKey(), run);
				runs.get(way.getKey()).add(run);
				delete(folder);
			}
		}
		report(lines, rounds, runs);
	}

	/** All modes, and the last one is what reading and splitting alone cost. */
	private static Map<String, Way> ways(Volume volume) {
		Map<String, Way> ways = new LinkedHashMap<>();
		ways.put(DIRECT, new Way(Sink.OUT, (folder) -> Supervision.start(folder, Sink.FILE, volume.child())));
		ways.put("child | cat > file",
				new Way(Sink.OUT, (folder) -> Supervision.start(folder, Sink.PIPE, volume.child())));
		if (Supervision.isInstalled("supervisord")) {
			ways.put("supervisord", new Way(Sink.OUT, (folder) -> Supervisord.start(folder, volume.child())));
		}
		for (Mode mode : Mode.values()) {
			ways.put(mode.text, new Way(mode.place(),
					(folder) -> Supervision.byStarter(folder, mode.sink, volume.child(), mode.options())));
		}
		ways.put("log, at a level that is off", new Way(null, (folder) -> Supervision.byStarter(folder, Sink.FILE,
				volume.child(), "--cluster-controller.process.log.stdout-level=trace")));
		return ways;
	}

	private static Run measure(Volume volume, Way way, Path folder) throws IOException {
		Path sink = (way.sink() != null) ? folder.resolve(way.sink()) : null;
		try (Supervision supervision = way.start().in(folder)) {
			Duration before = supervision.processorTime();
			volume.pass(supervision, folder);
			if (sink != null) {
				volume.awaitLast(supervision, sink);
				volume.assertComplete(List.of(sink));
			}
			return new Run(volume.seconds(folder, sink), supervision.processorTime().minus(before).toMillis() / 1e3,
					Supervision.kilobytes(supervision.process().pid(), "status", "VmHWM") / 1024.0);
		}
	}

	private static void report(int lines, int rounds, Map<String, List<Run>> runs) {
		double direct = spread(runs.get(DIRECT), Run::wall).median();
		List<Run> supervisord = runs.get("supervisord");
		System.out.printf("Output: %d lines of 100 bytes, %d rounds, median (min-max)%n", lines, rounds);
		System.out
			.printf("| way | wall s | M lines/s | x child > file | x supervisord | supervisor CPU s | peak RSS MB |%n");
		System.out.printf("|---|---|---|---|---|---|---|%n");
		runs.forEach((way, list) -> {
			Spread wall = spread(list, Run::wall);
			System.out.printf("| %s | %s | %.2f | %.2f | %s | %s | %s |%n", way, wall.toString(2),
					lines / wall.median() / 1e6, wall.median() / direct, (supervisord != null)
							? "%.2f".formatted(wall.median() / spread(supervisord, Run::wall).median()) : "-",
					spread(list, Run::processor).toString(2), spread(list, Run::memory).toString(0));
		});
	}

	private static Spread spread(List<Run> runs, Function<Run, Double> value) {
		return new Spread(runs.stream().map(value).toList());
	}

	private static void delete(Path folder) throws IOException {
		try (Stream<Path> files = Files.walk(folder)) {
			for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
				Files.delete(file);
			}
		}
	}

	/** The modes of the starter, with the standard output of its JVM. */
	enum Mode {

		LOG("log, to a file", Sink.FILE, "output=log"),

		LOG_PIPE("log, to a pipe", Sink.PIPE, "output=log"),

		MERGED("log, merged, to a file", Sink.FILE, "output=log", "log.merge=true"),

		INHERIT("inherit, to a file", Sink.FILE, "output=inherit"),

		INHERIT_PIPE("inherit, to a pipe", Sink.PIPE, "output=inherit"),

		FILE("file", Sink.FILE, "output=file", "output-file=output"),

		DISCARD("discard", Sink.FILE, "output=discard");

		static final String OUTPUT = "output";

		private final String text;

		private final Sink sink;

		private final String[] properties;

		Mode(String text, Sink sink, String... properties) {
			this.text = text;
			this.sink = sink;
			this.properties = properties;
		}

		/** The file where the lines arrive, if they do. */
		@Nullable String place() {
			return switch (this) {
				case FILE -> OUTPUT;
				case DISCARD -> null;
				default -> Sink.OUT;
			};
		}

		String[] options() {
			return Stream.of(this.properties)
				.map((property) -> "--cluster-controller.process." + property)
				.toArray(String[]::new);
		}

	}

	/** How to start something, in a folder of its own. */
	@FunctionalInterface
	interface Start {

		Supervision in(Path folder);

	}

	/**
	 * Where the lines arrive, and how they get there.
	 *
	 * @param sink the file in the folder of the run; {@code null} if they are lost on
	 * purpose
	 */
	private record Way(@Nullable String sink, Start start) {
	}

	/**
	 * What one run took.
	 *
	 * @param wall seconds until the last line has arrived
	 * @param processor seconds of the supervisor on a processor
	 * @param memory the most megabytes it has had in memory
	 */
	private record Run(double wall, double processor, double memory) {
	}

}
