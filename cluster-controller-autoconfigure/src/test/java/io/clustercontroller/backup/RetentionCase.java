package io.clustercontroller.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A row of what other programs have kept of a history.
 *
 * @param tool the program
 * @param counts hours, days, weeks and months to keep
 * @param kept the instants it has kept, with the rules it has kept each by
 */
record RetentionCase(String name, String tool, ZoneId zone, List<Integer> counts, List<Instant> inputs,
		Map<Instant, Set<String>> kept) {

	private static final int INPUTS = 10;

	/** What restic and borg have kept. */
	static List<RetentionCase> ofOtherTools() {
		return rows("retention-cases.csv")
			.map((row) -> new RetentionCase(row.get(0), row.get(2), ZoneId.of(row.get(4)),
					row.subList(5, 9).stream().map(Integer::valueOf).toList(), inputs(row.get(INPUTS)),
					kept(row.get(INPUTS + 2))))
			.toList();
	}

	/** What a program with the rule of this project has kept of the same histories. */
	static List<RetentionCase> ofTheSameRule() {
		Map<String, RetentionCase> histories = ofOtherTools().stream()
			.collect(Collectors.toMap(RetentionCase::name, (one) -> one, (one, other) -> one));
		return rows("retention-expected.csv").map((row) -> {
			RetentionCase history = histories.get(row.get(0));
			return new RetentionCase(history.name, row.get(1), history.zone, history.counts, history.inputs,
					kept(row.get(3)));
		}).toList();
	}

	RetentionPolicy policy() {
		return new RetentionPolicy(this.counts.get(0), this.counts.get(1), this.counts.get(2), this.counts.get(3));
	}

	Instant last() {
		return this.inputs.stream().max(Instant::compareTo).orElseThrow();
	}

	@Override
	public String toString() {
		return this.name + " " + this.tool;
	}

	private static List<Instant> inputs(String text) {
		if (!text.contains("..")) {
			return Stream.of(text.split(" ")).map(RetentionCase::instant).toList();
		}
		String[] range = text.split("\\.\\.| step ");
		Duration step = Duration.parse(range[2]);
		List<Instant> inputs = new ArrayList<>();
		for (Instant next = instant(range[0]); !next.isAfter(instant(range[1])); next = next.plus(step)) {
			inputs.add(next);
		}
		return inputs;
	}

	/** Some have no seconds. */
	private static Instant instant(String text) {
		return Instant.parse(text.replaceFirst("T(\\d\\d:\\d\\d)Z", "T$1:00Z"));
	}

	private static Map<Instant, Set<String>> kept(String text) {
		Map<Instant, Set<String>> kept = new TreeMap<>();
		for (String entry : text.split(" ")) {
			String[] parts = entry.split("=");
			kept.put(instant(parts[0]), new TreeSet<>(Set.of(parts[1].split("\\+"))));
		}
		return kept;
	}

	private static Stream<List<String>> rows(String file) {
		try (InputStream csv = RetentionCase.class.getResourceAsStream(file)) {
			return new String(csv.readAllBytes(), StandardCharsets.UTF_8).lines().skip(1).map(RetentionCase::cells);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static List<String> cells(String line) {
		return Stream.of(line.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)"))
			.map((cell) -> cell.replace("\"", ""))
			.toList();
	}

}
