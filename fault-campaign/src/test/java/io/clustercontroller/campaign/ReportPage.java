package io.clustercontroller.campaign;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The report for people: one page with nothing from elsewhere, and well-formed XML.
 */
final class ReportPage {

	private static final String STYLE = """
			:root { color-scheme: light dark; --ink: #17202a; --dim: #5d6b79; --page: #ffffff; --line: #dde3e8; --soft: #f3f5f7;
			  --master: #15803d; --alive: #bfe3cb; --leader: #1d5fa8; --node: #c3d9f0; --bad: #b3122a; --quiet: #9aa7b4;
			  --process: #c2410c; --network: #7c3aed; --storage: #a16207; --clock: #db2777; --lead: #0e7490; }
			@media (prefers-color-scheme: dark) { :root { --ink: #e4e9ee; --dim: #98a5b1; --page: #12171d; --line: #2c3640; --soft: #1b222a;
			  --master: #34d17a; --alive: #1f4a33; --leader: #5aa2ee; --node: #22405f; --bad: #ff6b7d; --quiet: #66737f;
			  --process: #fb8a4c; --network: #a78bfa; --storage: #e3b341; --clock: #f472b6; --lead: #38c5dd; } }
			* { box-sizing: border-box; }
			body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); margin: 2rem auto; max-width: 1180px; padding: 0 1.2rem; }
			h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.2rem; margin: 2.4rem 0 .4rem; }
			p, .dim { max-width: 60rem; } .dim { color: var(--dim); }
			.verdict { font-size: 1.15rem; font-weight: 600; padding: .8rem 1rem; border-left: .4rem solid var(--master); background: var(--soft); max-width: none; }
			.verdict.bad { border-color: var(--bad); color: var(--bad); }
			.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: .7rem; margin: 1rem 0; }
			.tiles div { background: var(--soft); padding: .6rem .9rem; border-radius: .3rem; color: var(--dim); line-height: 1.3; }
			.tiles b { display: block; font-size: 1.6rem; color: var(--ink); font-variant-numeric: tabular-nums; }
			.tiles .bad b { color: var(--bad); }
			table { border-collapse: collapse; } td, th { text-align: left; padding: .2rem 1.1rem .2rem 0; border-bottom: 1px solid var(--line); vertical-align: middle; }
			th { color: var(--dim); font-weight: 500; } td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
			code { font-size: .95em; background: var(--soft); padding: .1rem .35rem; }
			li { margin: .4rem 0; overflow-wrap: anywhere; } details { color: var(--dim); }
			.columns { display: flex; flex-wrap: wrap; gap: 0 4rem; align-items: flex-start; }
			svg { display: block; width: 100%; height: auto; margin: .3rem 0 1.3rem; }
			svg text { fill: var(--dim); font: 10px system-ui, sans-serif; } svg text.lane { fill: var(--ink); font-size: 12px; }
			svg text.axis { text-anchor: middle; } svg text.scale { text-anchor: end; } svg text.fault { font-size: 8.5px; }
			svg text.number { fill: var(--page); text-anchor: middle; font-weight: 700; }
			.back { fill: var(--soft); } .alive { fill: var(--alive); } .master { fill: var(--master); } .node { fill: var(--node); }
			.leader { fill: var(--leader); } .found { fill: var(--bad); } .quiet { fill: var(--quiet); fill-opacity: .35; }
			.grid { stroke: var(--line); } .gap { fill: var(--leader); }
			.f-process { fill: var(--process); } .f-network { fill: var(--network); } .f-storage { fill: var(--storage); }
			.f-clock { fill: var(--clock); } .f-lead { fill: var(--lead); }
			svg.key { display: inline-block; width: .8rem; height: .8rem; margin: 0 .3rem -.05rem .8rem; } svg.key:first-child { margin-left: 0; }
			svg.strip { width: 520px; height: 14px; margin: 0; } svg.histogram { max-width: 520px; }
			.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(320px, 1fr)); gap: .4rem 1.4rem; }
			figure { margin: .4rem 0; } figcaption { font-weight: 500; }
			polyline { fill: none; stroke: currentColor; stroke-width: 1.5; } circle { fill: currentColor; } circle.found { fill: var(--bad); }
			.s0 { color: var(--master); } .s1 { color: var(--leader); } .s2 { color: var(--process); } .s3 { color: var(--network); } .s4 { color: var(--ink); }
			""";

	private static final double[] BOUNDS = { 0.1, 0.2, 0.5, 1, 2, 3, 5, 10, Double.MAX_VALUE };

	private static final int MOST_CHANGES = 8;

	/** What one reads first; the rest of a finding is for who looks for its cause. */
	private static final String BREAK = ". ";

	private final Course course;

	private final Verdict verdict;

	private final List<Change> changes;

	private final StringBuilder page = new StringBuilder();

	ReportPage(Course course, Verdict verdict) {
		this.course = course;
		this.verdict = verdict;
		this.changes = Change.of(course, verdict.masterships());
	}

	String html() {
		add("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>");
		add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>");
		add("<title>Fault campaign, seed %d</title><style>%s</style></head><body>", this.course.seed(), STYLE);
		add("<h1>Fault campaign, seed %d</h1>", this.course.seed());
		add("<p class=\"dim\">%s. %s minutes%s%s</p>",
				DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'")
					.withZone(ZoneOffset.UTC)
					.format(this.course.startedAt()),
				Markup.clock(seconds(this.course.end())), of("etcd"), of("machine"));
		verdictInWords();
		tiles();
		add("<p>The same faults again: <code>./campaign %d %d</code></p>",
				Math.max(1, Math.round(seconds(this.course.end()) / 60.0)), this.course.seed());
		add("<h2>What happened when</h2>");
		key();
		add("%s", new TimelinePicture(this.course, this.verdict).html());
		faults();
		changes();
		ticksAndEnds();
		add("<h2>Levels at quiet moments</h2><p class=\"dim\">After all faults were healed and the service had recovered, with the heap after a collection of "
				+ "garbage. A colour is a place; a line ends with its process.</p>");
		add("%s", new LevelCharts(this.course).html());
		setting();
		add("</body></html>\n");
		return this.page.toString();
	}

	private String of(String name) {
		String value = this.course.setting().get(name);
		return (value != null) ? "; " + name + ": " + Markup.text(value) : "";
	}

	private void verdictInWords() {
		List<Finding> findings = this.verdict.findings();
		if (findings.isEmpty() && this.course.ended()) {
			add("<p class=\"verdict\">Nothing found: never two masters, tokens in order, no tick lost or run twice, "
					+ "nothing left behind.</p>");
			return;
		}
		add("<p class=\"verdict bad\">%s%s</p><ol>",
				this.course.ended() ? "" : "The campaign has broken off: this is what was known. ",
				switch (findings.size()) {
					case 0 -> "Nothing found until then.";
					case 1 -> "1 finding.";
					default -> findings.size() + " findings.";
				});
		for (int i = 0; i < findings.size(); i++) {
			finding(i + 1, findings.get(i));
		}
		add("</ol>");
	}

	private void finding(int number, Finding finding) {
		int end = finding.words().indexOf(BREAK);
		String first = (end < 0) ? finding.words() : finding.words().substring(0, end + 1);
		add("<li id=\"finding-%d\"><b>%s</b>%s: %s", number, Markup.text(finding.check()),
				(finding.at() != 0) ? ", at " + Markup.clock(seconds(finding.at())) : "", Markup.text(first));
		if (end >= 0) {
			add("<details><summary>what was around it</summary>%s</details>",
					Markup.text(finding.words().substring(end + BREAK.length())));
		}
		add("</li>");
	}

	private void tiles() {
		long twoMasters = this.verdict.findings().stream().filter((one) -> one.check().equals("masters")).count();
		int lost = this.verdict.ticks().reasons().getOrDefault("lost", 0);
		add("<div class=\"tiles\">");
		tile(this.course.injections().size(), "faults", false);
		tile(this.changes.size(), "changes of master", false);
		tile(twoMasters, "findings about masters", twoMasters > 0);
		tile(this.verdict.ticks().runs(), "ticks of the job run", false);
		tile(lost, "ticks lost", lost > 0);
		tile(this.course.leftBehind().size(), "things left behind", !this.course.leftBehind().isEmpty());
		tile(this.course.lives().size(), "processes of instances", false);
		add("<div><b>%.2f s</b>without a master, median</div></div>", Change.quantile(this.changes, 0.5));
	}

	private void tile(long number, String words, boolean bad) {
		add("<div%s><b>%d</b>%s</div>", bad ? " class=\"bad\"" : "", number, words);
	}

	private void key() {
		add("<p class=\"dim\">");
		keyOf("alive", "instance alive");
		keyOf("master", "master");
		keyOf("node", "node of etcd answers");
		keyOf("leader", "its leader");
		keyOf("quiet", "all healed, until recovered");
		add("; point at anything to read it.<br/>Faults, below whom they hit:");
		for (FaultFamily family : FaultFamily.values()) {
			keyOf(family.style(), family.words());
		}
		add("</p>");
	}

	private void keyOf(String style, String words) {
		add("<svg class=\"key\" viewBox=\"0 0 10 10\"><rect class=\"%s\" width=\"10\" height=\"10\"/></svg>%s", style,
				words);
	}

	/** Each kind with the time at which it was inflicted. */
	private void faults() {
		Map<String, List<Injection>> byKind = this.course.injections()
			.stream()
			.collect(Collectors.groupingBy(Injection::kind, TreeMap::new, Collectors.toList()));
		add("<h2>Faults</h2><p class=\"dim\">A tick that was not run is counted where this kind of fault was the only one that can be the reason; %d had several.</p>",
				this.verdict.ticks().excuses().getOrDefault("several", 0));
		add("<table><tr><th>kind</th><th class=\"n\">how often</th><th class=\"n\">longest</th><th class=\"n\">ticks not run</th><th>when</th></tr>");
		byKind.forEach((kind, injections) -> {
			add("<tr><td>%s</td><td class=\"n\">%d</td><td class=\"n\">%.1f s</td><td class=\"n\">%d</td><td>",
					Markup.kind(kind), injections.size(),
					injections.stream().mapToLong((one) -> one.until() - one.from()).max().orElse(0) / 1e9,
					this.verdict.ticks().excuses().getOrDefault(kind, 0));
			strip(injections);
			add("</td></tr>");
		});
		add("</table>");
	}

	private void strip(List<Injection> injections) {
		double all = Math.max(1, this.course.end() - this.course.begin());
		add("<svg class=\"strip\" viewBox=\"0 0 520 14\"><rect class=\"back\" width=\"520\" height=\"14\"/>");
		for (Injection one : injections) {
			add("<rect class=\"%s\" x=\"%.1f\" y=\"2\" width=\"%.1f\" height=\"10\"/>", FaultFamily.of(one).style(),
					520 * (one.from() - this.course.begin()) / all,
					Math.max(1.2, 520 * (one.until() - one.from()) / all));
		}
		add("</svg>");
	}

	private void changes() {
		add("<h2>Time without a master</h2><p class=\"dim\">From the last yes of one master to the first of the next one. A change counts for the faults of the old master "
				+ "that were in progress in this time, for those of etcd where it had none, and for each of them where there were several.</p>");
		if (this.changes.isEmpty()) {
			add("<p>There was no change of master.</p>");
			return;
		}
		add("<div class=\"columns\"><table><tr><th>fault in progress</th><th class=\"n\">changes</th><th class=\"n\">median</th><th class=\"n\">90 %%</th><th class=\"n\">longest</th></tr>");
		row("<b>all</b>", this.changes);
		Change.byKind(this.changes).forEach((kind, some) -> row(Markup.kind(kind), some));
		add("</table><div>");
		histogram();
		add("<table><tr><th>the longest</th><th>at</th><th>from</th><th>to</th><th>fault in progress</th></tr>");
		this.changes.stream()
			.sorted(Comparator.comparingLong(Change::gap).reversed())
			.limit(MOST_CHANGES)
			.forEach((one) -> add("<tr><td class=\"n\">%.2f s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>",
					one.gap() / 1e9, Markup.clock(seconds(one.before().end())), one.before().life().name(),
					one.after().life().name(), one.kinds().isEmpty() ? Change.NO_FAULT
							: one.kinds().stream().map(Markup::kind).collect(Collectors.joining(", "))));
		add("</table></div></div>");
	}

	private void row(String name, List<Change> some) {
		add("<tr><td>%s</td><td class=\"n\">%d</td><td class=\"n\">%.2f s</td><td class=\"n\">%.2f s</td><td class=\"n\">%.2f s</td></tr>",
				name, some.size(), Change.quantile(some, 0.5), Change.quantile(some, 0.9), Change.quantile(some, 1));
	}

	private void histogram() {
		int[] counts = new int[BOUNDS.length];
		for (Change change : this.changes) {
			int bin = 0;
			while (change.gap() / 1e9 > BOUNDS[bin]) {
				bin++;
			}
			counts[bin]++;
		}
		int most = 1;
		for (int count : counts) {
			most = Math.max(most, count);
		}
		add("<svg class=\"histogram\" viewBox=\"0 0 520 130\" role=\"img\" aria-label=\"how many changes took how long\">");
		for (int i = 0; i < counts.length; i++) {
			double height = 90.0 * counts[i] / most;
			double left = i * 58;
			add("<rect class=\"gap\" x=\"%.1f\" y=\"%.1f\" width=\"52\" height=\"%.1f\"/>", left, 108 - height, height);
			add("<text class=\"axis\" x=\"%.1f\" y=\"%.1f\">%d</text>", left + 26, 103 - height, counts[i]);
			add("<text class=\"axis\" x=\"%.1f\" y=\"122\">%s</text>", left + 26,
					(i < BOUNDS.length - 1) ? "to " + number(BOUNDS[i]) + " s" : "longer");
		}
		add("</svg>");
	}

	private void ticksAndEnds() {
		Map<String, Integer> ticks = new LinkedHashMap<>();
		ticks.put("run", this.verdict.ticks().runs());
		this.verdict.ticks().reasons().forEach((reason, count) -> ticks.put("not run: " + reason, count));
		Map<String, Integer> ends = new TreeMap<>();
		this.course.lives().forEach((life) -> ends.merge(life.end().isEmpty() ? "alive" : life.end(), 1, Integer::sum));
		add("<h2>Ticks of the job, and ends of processes</h2><div class=\"columns\">");
		table(ticks);
		table(ends);
		add("</div>");
	}

	private void setting() {
		Map<String, String> setting = new LinkedHashMap<>(this.course.setting());
		long distance = Mastership.usualDistance(this.verdict.masterships());
		setting.put("looks at masters", Markup.format("%d said yes, %.1f ms apart (median)",
				this.verdict.masterships().stream().mapToLong((one) -> one.samples().size()).sum(), distance / 1e6));
		setting.put("limit of a recovery", this.course.recoveryLimit().toSeconds() + " s");
		this.course.quietPoints()
			.stream()
			.mapToLong((point) -> point.recoveredAt() - point.healedAt())
			.max()
			.ifPresent((longest) -> setting.put("longest recovery",
					(longest > this.course.recoveryLimit().toNanos()) ? "beyond the limit"
							: Markup.format("%.1f s, of %d", longest / 1e9, this.course.quietPoints().size())));
		add("<h2>What it ran on</h2>");
		table(setting);
	}

	private void table(Map<String, ?> rows) {
		add("<table>");
		rows.forEach((name, value) -> add("<tr><td>%s</td><td%s>%s</td></tr>", Markup.text(name),
				(value instanceof Number) ? " class=\"n\"" : "", Markup.text(value.toString())));
		add("</table>");
	}

	private static String number(double value) {
		return (value < 1) ? Markup.format("%.1f", value) : Markup.format("%.0f", value);
	}

	private long seconds(long nano) {
		return TimeUnit.NANOSECONDS.toSeconds(nano - this.course.begin());
	}

	private void add(String format, Object... values) {
		this.page.append(Markup.format(format, values));
	}

}
