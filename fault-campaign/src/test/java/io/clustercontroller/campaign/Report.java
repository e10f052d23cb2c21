package io.clustercontroller.campaign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.springframework.boot.json.JsonWriter;

/**
 * What is left of a campaign: {@code report.html} for people and {@code report.json} for
 * programs.
 */
final class Report {

	private final Course course;

	private final Verdict verdict;

	private final List<Change> changes;

	private Report(Course course, Verdict verdict) {
		this.course = course;
		this.verdict = verdict;
		this.changes = Change.of(course, verdict.masterships());
	}

	/** Write both below the folder. A course that has broken off is no hindrance. */
	static Path write(Course course, Verdict verdict, Path folder) throws IOException {
		Report report = new Report(course, verdict);
		Files.createDirectories(folder);
		Files.writeString(folder.resolve("report.json"), JsonWriter.standard().writeToString(report.json()));
		return Files.writeString(folder.resolve("report.html"), new ReportPage(course, verdict).html());
	}

	private Map<String, Object> json() {
		Map<String, Object> json = new LinkedHashMap<>();
		json.put("seed", this.course.seed());
		json.put("startedAt", this.course.startedAt().toString());
		json.put("seconds", seconds(this.course.end()));
		json.put("ended", this.course.ended());
		json.put("setting", this.course.setting());
		json.put("faults", this.course.injections().size());
		json.put("faultsByKind", byKind());
		json.put("masterships", this.verdict.masterships().size());
		json.put("processes", this.course.lives().size());
		json.put("ticksRun", this.verdict.ticks().runs());
		json.put("ticksNotRun", this.verdict.ticks().reasons());
		json.put("ticksNotRunForFaults", this.verdict.ticks().excuses());
		json.put("findings",
				this.verdict.findings()
					.stream()
					.map((finding) -> Map.of("check", finding.check(), "second", second(finding.at()), "words",
							finding.words()))
					.toList());
		json.put("secondsWithoutMaster", quantiles(this.changes));
		Map<String, Object> gaps = new LinkedHashMap<>();
		Change.byKind(this.changes).forEach((kind, some) -> gaps.put(kind, quantiles(some)));
		json.put("secondsWithoutMasterByFault", gaps);
		json.put("quietPoints",
				this.course.quietPoints()
					.stream()
					.map((point) -> Map.of("healedAt", seconds(point.healedAt()), "recoveredAt",
							(point.recoveredAt() == Long.MAX_VALUE) ? "never" : seconds(point.recoveredAt())))
					.toList());
		json.put("lives",
				this.course.lives()
					.stream()
					.map((life) -> Map.of("name", life.name(), "place", life.place(), "from", seconds(life.startedAt()),
							"until", seconds(life.endedAt()), "end", life.end()))
					.toList());
		json.put("injections",
				this.course.injections()
					.stream()
					.map((injection) -> Map.of("number", injection.number(), "kind", injection.kind(), "target",
							injection.target(), "details", injection.details(), "from", seconds(injection.from()),
							"until", seconds(injection.until())))
					.toList());
		json.put("mastershipsInOrder",
				this.verdict.masterships()
					.stream()
					.map((one) -> Map.of("instance", one.life().name(), "token", one.token(), "from",
							seconds(one.begin()), "until", seconds(one.end())))
					.toList());
		json.put("levels",
				this.course.levels()
					.stream()
					.map((level) -> Map.of("of", level.of(), "what", level.what(), "second", seconds(level.at()),
							"value", level.value()))
					.toList());
		return json;
	}

	private Map<String, Long> byKind() {
		return this.course.injections()
			.stream()
			.collect(Collectors.groupingBy(Injection::kind, TreeMap::new, Collectors.counting()));
	}

	private static Map<String, Object> quantiles(List<Change> some) {
		return Map.of("changes", some.size(), "median", Change.quantile(some, 0.5), "ninetyPercent",
				Change.quantile(some, 0.9), "longest", Change.quantile(some, 1));
	}

	/** What has not ended ends with the campaign. */
	private double seconds(long nano) {
		return Math.round((Math.min(nano, this.course.end()) - this.course.begin()) / 1e7) / 100.0;
	}

	private String second(long nano) {
		return (nano != 0) ? Markup.format("%.1f", (nano - this.course.begin()) / 1e9) : "unknown";
	}

}
