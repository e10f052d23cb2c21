package io.clustercontroller.campaign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.json.JsonWriter;
import org.springframework.web.util.HtmlUtils;

/**
 * What is left of a campaign: {@code report.html} for people and {@code report.json} for
 * programs.
 */
final class Report {

	private static final String STYLE = """
			:root { color-scheme: light dark; --ink: #1c2733; --page: #ffffff; --line: #d5dbe1; --soft: #eef1f4;
			  --master: #1f7a4d; --alive: #b9d8c6; --leader: #35608f; --node: #bcd0e5; --fault: #c2541b; --bad: #b3122a; }
			@media (prefers-color-scheme: dark) { :root { --ink: #dfe6ec; --page: #14191f; --line: #38424d; --soft: #1f262e;
			  --master: #3fbf7f; --alive: #244a37; --leader: #6fa3dc; --node: #26394d; --fault: #e8853f; --bad: #ff6b7d; } }
			body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); margin: 2rem auto; max-width: 1160px; padding: 0 1rem; }
			h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
			.verdict { font-size: 1.15rem; font-weight: 600; padding: .7rem 1rem; border-left: .4rem solid var(--master); background: var(--soft); }
			.verdict.bad { border-color: var(--bad); color: var(--bad); }
			table { border-collapse: collapse; } td, th { text-align: left; padding: .2rem .9rem .2rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
			td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
			svg { display: block; width: 100%; height: auto; margin: .5rem 0 1.2rem; } svg text { fill: var(--ink); font: 11px system-ui, sans-serif; }
			.back { fill: var(--soft); } .alive { fill: var(--alive); } .master { fill: var(--master); } .node { fill: var(--node); }
			.leader { fill: var(--leader); } .fault { fill: var(--fault); } .quiet { stroke: var(--line); stroke-dasharray: 3 3; } .bad { fill: var(--bad); }
			.key span { display: inline-block; width: .9rem; height: .9rem; vertical-align: -.1rem; margin: 0 .3rem 0 1rem; }
			""";

	private final Course course;

	private final Verdict verdict;

	private Report(Course course, Verdict verdict) {
		this.course = course;
		this.verdict = verdict;
	}

	/** Write both below the folder. A course that has broken off is no hindrance. */
	static Path write(Course course, Verdict verdict, Path folder) throws IOException {
		Report report = new Report(course, verdict);
		Files.createDirectories(folder);
		Files.writeString(folder.resolve("report.json"), JsonWriter.standard().writeToString(report.json()));
		return Files.writeString(folder.resolve("report.html"), report.html());
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
		json.put("findings",
				this.verdict.findings()
					.stream()
					.map((finding) -> Map.of("check", finding.check(), "second", second(finding.at()), "words",
							finding.words()))
					.toList());
		json.put("secondsWithoutMaster",
				Map.of("median", quantile(0.5), "ninetyPercent", quantile(0.9), "longest", quantile(1)));
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

	private String html() {
		StringBuilder page = new StringBuilder("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">");
		page.append("<title>Fault campaign, seed ").append(this.course.seed()).append("</title><style>");
		page.append(STYLE).append("</style><h1>Fault campaign, seed ").append(this.course.seed()).append("</h1>");
		page.append(verdictInWords());
		page.append(facts());
		page.append("<h2>What happened when</h2>").append(key());
		long row = TimeUnit.MINUTES.toNanos(5);
		for (long from = this.course.begin(); from < this.course.end(); from += row) {
			page.append(picture(from, Math.min(from + row, this.course.end())));
		}
		page.append("<h2>Faults</h2>").append(faults());
		page.append("<h2>Time without a master</h2>").append(gaps());
		page.append("<h2>Levels at quiet moments</h2>").append(levels());
		return page.append("</html>\n").toString();
	}

	private String verdictInWords() {
		List<Finding> findings = this.verdict.findings();
		if (findings.isEmpty() && this.course.ended()) {
			return "<p class=\"verdict\">Nothing found: never two masters, tokens in order, no tick lost or run twice, "
					+ "nothing left behind.</p>";
		}
		StringBuilder words = new StringBuilder("<p class=\"verdict bad\">");
		words.append(this.course.ended() ? findings.size() + ((findings.size() == 1) ? " finding." : " findings.")
				: "The campaign has broken off.");
		words.append("</p><ol>");
		findings.forEach((finding) -> words.append("<li><b>")
			.append(text(finding.check()))
			.append("</b>, second ")
			.append(second(finding.at()))
			.append(": ")
			.append(text(finding.words())));
		return words.append("</ol>").toString();
	}

	private String facts() {
		Map<String, String> facts = new LinkedHashMap<>();
		facts.put("begun", this.course.startedAt().truncatedTo(ChronoUnit.SECONDS).toString());
		facts.put("duration", "%.0f s".formatted(seconds(this.course.end())));
		facts.putAll(this.course.setting());
		facts.put("faults", String.valueOf(this.course.injections().size()));
		facts.put("masterships", String.valueOf(this.verdict.masterships().size()));
		facts.put("processes", String.valueOf(this.course.lives().size()));
		facts.put("ticks run", String.valueOf(this.verdict.ticks().runs()));
		this.verdict.ticks().reasons().forEach((reason, count) -> facts.put("not run: " + reason, count.toString()));
		facts.put("the same faults again", "./campaign %d %d"
			.formatted(Math.max(1, Math.round(seconds(this.course.end()) / 60)), this.course.seed()));
		return table(facts);
	}

	private static String key() {
		return "<p class=\"key\"><span style=\"background:var(--alive)\"></span>alive"
				+ "<span style=\"background:var(--master)\"></span>master<span style=\"background:var(--node)\"></span>"
				+ "node of etcd<span style=\"background:var(--leader)\"></span>its leader"
				+ "<span style=\"background:var(--fault)\"></span>fault; dashed: all healed. Point at a bar to read it.</p>";
	}

	/**
	 * Five minutes: a lane for each instance and each node, with the faults that hit it
	 * below.
	 */
	private String picture(long from, long to) {
		List<String> lanes = new ArrayList<>(
				this.course.lives().stream().map(Life::place).distinct().sorted().toList());
		lanes.addAll(this.course.nodes().stream().map(Course.NodeState::node).distinct().sorted().toList());
		lanes.add("etcd");
		Canvas canvas = new Canvas(this.course.begin(), from, to, lanes);
		this.course.lives()
			.forEach((life) -> canvas.bar(life.place(), "alive", life.startedAt(),
					Math.min(life.endedAt(), this.course.end()), life.name() + " " + life.end()));
		this.verdict.masterships()
			.forEach((one) -> canvas.bar(one.life().place(), "master", one.begin(), one.end(),
					one.life().name() + " with token " + one.token()));
		nodeBars(canvas);
		this.course.injections()
			.forEach((one) -> canvas.mark(one.target(), "fault", one.from(), one.until(), "%d: %s of %s %s, %.1f s"
				.formatted(one.number(), one.kind(), one.target(), one.details(), (one.until() - one.from()) / 1e9)));
		this.course.quietPoints().forEach((point) -> canvas.line("quiet", point.healedAt()));
		this.verdict.findings()
			.stream()
			.filter((finding) -> finding.at() != 0)
			.forEach((finding) -> canvas.flag(finding.at(), finding.check()));
		return canvas.svg();
	}

	private void nodeBars(Canvas canvas) {
		Map<String, Course.NodeState> last = new TreeMap<>();
		for (Course.NodeState state : this.course.nodes()) {
			nodeBar(canvas, last.put(state.node(), state), state.at());
		}
		last.values().forEach((state) -> nodeBar(canvas, state, this.course.end()));
	}

	private static void nodeBar(Canvas canvas, Course.@Nullable NodeState state, long until) {
		if (state != null && !state.state().equals("silent")) {
			canvas.bar(state.node(), state.state().equals("leader") ? "leader" : "node", state.at(), until,
					state.node() + ", " + state.state());
		}
	}

	private Map<String, Long> byKind() {
		return this.course.injections()
			.stream()
			.collect(Collectors.groupingBy(Injection::kind, TreeMap::new, Collectors.counting()));
	}

	private String faults() {
		StringBuilder rows = new StringBuilder("<table><tr><th>kind<th class=n>how often");
		byKind().forEach((kind, count) -> rows.append("<tr><td>").append(kind).append("<td class=n>").append(count));
		return rows.append("</table>").toString();
	}

	private String gaps() {
		Map<String, String> rows = new LinkedHashMap<>();
		rows.put("changes of master", String.valueOf(gapSeconds().length));
		rows.put("median", "%.2f s".formatted(quantile(0.5)));
		rows.put("90 %", "%.2f s".formatted(quantile(0.9)));
		rows.put("longest", "%.2f s".formatted(quantile(1)));
		return table(rows);
	}

	/** From the last sample of a master to the first of the next one. */
	private double[] gapSeconds() {
		List<Mastership> all = this.verdict.masterships();
		double[] gaps = new double[Math.max(0, all.size() - 1)];
		for (int i = 0; i < gaps.length; i++) {
			gaps[i] = Math.max(0, all.get(i + 1).begin() - all.get(i).end()) / 1e9;
		}
		Arrays.sort(gaps);
		return gaps;
	}

	private double quantile(double part) {
		double[] gaps = gapSeconds();
		return (gaps.length > 0) ? gaps[(int) Math.min(gaps.length - 1, part * gaps.length)] : 0;
	}

	private String levels() {
		StringBuilder rows = new StringBuilder(
				"<table><tr><th>what<th class=n>looks<th class=n>first<th class=n>least<th class=n>most<th class=n>last");
		Map<String, List<Level>> series = this.course.levels()
			.stream()
			.collect(Collectors.groupingBy((level) -> level.what() + " of " + level.of(), TreeMap::new,
					Collectors.toList()));
		// fewer tell nothing about what becomes more
		series.values().removeIf((levels) -> levels.size() < 3);
		series.forEach((name, levels) -> {
			long[] values = levels.stream().mapToLong(Level::value).toArray();
			rows.append("<tr><td>").append(text(name));
			for (long value : new long[] { values.length, values[0], Arrays.stream(values).min().orElse(0),
					Arrays.stream(values).max().orElse(0), values[values.length - 1] }) {
				rows.append("<td class=n>").append(value);
			}
		});
		return rows.append("</table>").toString();
	}

	private static String table(Map<String, String> rows) {
		StringBuilder table = new StringBuilder("<table>");
		rows.forEach((name, value) -> table.append("<tr><td>").append(text(name)).append("<td>").append(text(value)));
		return table.append("</table>").toString();
	}

	private double seconds(long nano) {
		return Math.round((nano - this.course.begin()) / 1e7) / 100.0;
	}

	private String second(long nano) {
		return (nano != 0) ? "%.1f".formatted((nano - this.course.begin()) / 1e9) : "unknown";
	}

	private static String text(String text) {
		return HtmlUtils.htmlEscape(text);
	}

	/** A stretch of time with lanes. */
	private static final class Canvas {

		private static final int LEFT = 60;

		private static final int WIDTH = 1100;

		private static final int LANE = 24;

		private final long begin;

		private final long from;

		private final long to;

		private final List<String> lanes;

		private final StringBuilder content = new StringBuilder();

		Canvas(long begin, long from, long to, List<String> lanes) {
			this.begin = begin;
			this.from = from;
			this.to = to;
			this.lanes = lanes;
			for (int i = 0; i < lanes.size(); i++) {
				this.content.append("<text x=\"0\" y=\"%d\">%s</text>".formatted(i * LANE + 14, text(lanes.get(i))));
				rectangle("back", LEFT, i * LANE + 2.0, WIDTH - LEFT, LANE - 4.0, "");
			}
			long step = TimeUnit.SECONDS.toNanos(30);
			for (long at = begin + (from - begin + step - 1) / step * step; at < to; at += step) {
				this.content.append("<text x=\"%.1f\" y=\"%d\">%d s</text>".formatted(x(at), lanes.size() * LANE + 14,
						TimeUnit.NANOSECONDS.toSeconds(at - begin)));
			}
		}

		/** Fills most of a lane. */
		void bar(String lane, String style, long from, long until, String words) {
			draw(lane, style, from, until, 4, LANE - 12.0, words);
		}

		/** At the foot of a lane, and at least wide enough to be seen. */
		void mark(String lane, String style, long from, long until, String words) {
			draw(lane, style, from, Math.max(until, from + (this.to - this.from) / 500), LANE - 8.0, 5, words);
		}

		void line(String style, long at) {
			if (at >= this.from && at < this.to) {
				this.content.append("<line class=\"%s\" x1=\"%.1f\" x2=\"%.1f\" y1=\"0\" y2=\"%d\"/>".formatted(style,
						x(at), x(at), this.lanes.size() * LANE));
			}
		}

		void flag(long at, String words) {
			if (at >= this.from && at < this.to) {
				rectangle("bad", x(at) - 1, 0, 3, this.lanes.size() * (double) LANE, words);
			}
		}

		private void draw(String lane, String style, long from, long until, double top, double height, String words) {
			int number = this.lanes.indexOf(lane);
			if (number >= 0 && until > this.from && from < this.to) {
				double left = x(Math.max(from, this.from));
				double right = x(Math.min(until, this.to));
				rectangle(style, left, number * LANE + top, Math.max(0.8, right - left), height, words);
			}
		}

		private void rectangle(String style, double x, double y, double width, double height, String words) {
			this.content.append("<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\">"
				.formatted(style, x, y, width, height));
			if (!words.isEmpty()) {
				this.content.append("<title>").append(text(words)).append("</title>");
			}
			this.content.append("</rect>");
		}

		private double x(long at) {
			return LEFT + (WIDTH - LEFT) * (double) (at - this.from) / Math.max(1, this.to - this.from);
		}

		String svg() {
			return "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"from second %d on\">%s</svg>".formatted(WIDTH,
					this.lanes.size() * LANE + 20, TimeUnit.NANOSECONDS.toSeconds(this.from - this.begin),
					this.content);
		}

	}

}
