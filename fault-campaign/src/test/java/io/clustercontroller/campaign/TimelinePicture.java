package io.clustercontroller.campaign;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * What happened when: stretches of time below each other, each with a lane for each
 * instance and each node of etcd, and with the faults that hit it below.
 */
final class TimelinePicture {

	private static final int LEFT = 58;

	private static final int WIDTH = 1120;

	private static final int TOP = 16;

	private static final int LANE = 34;

	private static final int BAR = 15;

	/** Faults that hit the same one at the same time are drawn below each other. */
	private static final int TRACKS = 3;

	private static final double LETTER = 4.6;

	private final Course course;

	private final Verdict verdict;

	private final List<String> lanes = new ArrayList<>();

	private final StringBuilder svg = new StringBuilder();

	private long from;

	private long row;

	TimelinePicture(Course course, Verdict verdict) {
		this.course = course;
		this.verdict = verdict;
		this.lanes.addAll(course.lives().stream().map(Life::place).distinct().sorted().toList());
		this.lanes.addAll(course.nodes().stream().map(Course.NodeState::node).distinct().sorted().toList());
		course.injections()
			.stream()
			.map(Injection::target)
			.distinct()
			.sorted()
			.filter((target) -> !this.lanes.contains(target))
			.forEach(this.lanes::add);
	}

	String html() {
		long length = this.course.end() - this.course.begin();
		this.row = TimeUnit.MINUTES.toNanos((length <= TimeUnit.MINUTES.toNanos(5)) ? 1 : 5);
		for (this.from = this.course.begin(); this.from < this.course.end(); this.from += this.row) {
			drawRow();
		}
		return this.svg.toString();
	}

	private void drawRow() {
		this.svg.append(
				Markup.format("<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"from %s on\"><g class=\"back\">",
						WIDTH, TOP + this.lanes.size() * LANE, clock(this.from)));
		for (int i = 0; i < this.lanes.size(); i++) {
			rectangle("back", LEFT, top(i), x(to()) - LEFT, BAR, "");
		}
		this.svg.append("</g>");
		drawAxis();
		drawQuietPoints();
		this.course.lives().forEach(this::drawLife);
		this.verdict.masterships()
			.forEach((one) -> bar(one.life().place(), "master", one.begin(), one.end(),
					Markup.format("%s, master with token %d for %.1f s from %s on", one.life().name(), one.token(),
							(one.end() - one.begin()) / 1e9, clock(one.begin()))));
		drawNodes();
		drawFaults();
		drawFindings();
		for (int i = 0; i < this.lanes.size(); i++) {
			this.svg.append(Markup.format("<text class=\"lane\" x=\"0\" y=\"%d\">%s</text>", top(i) + 12,
					Markup.text(this.lanes.get(i))));
		}
		this.svg.append("</svg>");
	}

	private void drawAxis() {
		long step = this.row / 10;
		for (long at = this.from; at < to(); at += step) {
			this.svg.append(Markup.format("<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>", x(at),
					x(at), TOP - 3, TOP + this.lanes.size() * LANE - 4));
			this.svg.append(Markup.format("<text class=\"axis\" x=\"%.1f\" y=\"10\">%s</text>", x(at), clock(at)));
		}
	}

	private void drawQuietPoints() {
		for (Course.QuietPoint point : this.course.quietPoints()) {
			long until = Math.min(point.recoveredAt(), this.course.end());
			if (isSeen(point.healedAt(), until)) {
				rectangle("quiet", x(point.healedAt()), TOP - 3.0, Math.max(2, x(until) - x(point.healedAt())),
						this.lanes.size() * LANE - 1.0,
						Markup.format("all healed at %s, recovered %s", clock(point.healedAt()),
								(point.recoveredAt() == Long.MAX_VALUE) ? "never"
										: Markup.format("%.1f s later", (until - point.healedAt()) / 1e9)));
			}
		}
	}

	private void drawLife(Life life) {
		long until = Math.min(life.endedAt(), this.course.end());
		bar(life.place(), "alive", life.startedAt(), until, Markup.format("%s, alive from %s to %s %s", life.name(),
				clock(life.startedAt()), clock(until), life.end()));
	}

	private void drawNodes() {
		Map<String, Course.NodeState> last = new TreeMap<>();
		for (Course.NodeState state : this.course.nodes()) {
			drawNode(last.put(state.node(), state), state.at());
		}
		last.values().forEach((state) -> drawNode(state, this.course.end()));
	}

	private void drawNode(Course.@Nullable NodeState state, long until) {
		if (state != null && !state.state().equals("silent")) {
			bar(state.node(), state.state().equals("leader") ? "leader" : "node", state.at(), until,
					state.node() + ", " + state.state() + " from " + clock(state.at()) + " on");
		}
	}

	private void drawFaults() {
		Map<String, long[]> busy = new LinkedHashMap<>();
		Map<String, Double> written = new LinkedHashMap<>();
		for (Injection injection : this.course.injections()) {
			long[] tracks = busy.computeIfAbsent(injection.target(), (target) -> new long[TRACKS]);
			int track = 0;
			while (track < TRACKS - 1 && tracks[track] > injection.from() - this.course.begin()) {
				track++;
			}
			tracks[track] = injection.until() - this.course.begin();
			if (isSeen(injection.from(), injection.until())) {
				drawFault(injection, track, written);
			}
		}
	}

	private void drawFault(Injection injection, int track, Map<String, Double> written) {
		int top = top(this.lanes.indexOf(injection.target())) + BAR + 1;
		double left = x(injection.from());
		rectangle(FaultFamily.of(injection).style(), left, top + track * 3.4, Math.max(2, x(injection.until()) - left),
				3.2,
				Markup.format("%d: %s of %s %s, %.1f s from %s on", injection.number(), Markup.kind(injection.kind()),
						injection.target(), injection.details(), (injection.until() - injection.from()) / 1e9,
						clock(injection.from())));
		String name = Markup.kind(injection.kind());
		double width = name.length() * LETTER;
		if (injection.from() >= this.from && left >= written.getOrDefault(injection.target(), 0.0)
				&& left + width <= WIDTH) {
			this.svg.append(Markup.format("<text class=\"fault\" x=\"%.1f\" y=\"%d\">%s</text>", left, top + 16, name));
			written.put(injection.target(), left + width + 3);
		}
	}

	private void drawFindings() {
		int number = 0;
		for (Finding finding : this.verdict.findings()) {
			number++;
			if (finding.at() != 0 && isSeen(finding.at(), finding.at())) {
				this.svg.append(Markup.format("<a href=\"#finding-%d\">", number));
				rectangle("found", x(finding.at()) - 1, TOP - 3.0, 2, this.lanes.size() * LANE - 1.0, finding.check());
				this.svg.append(Markup.format(
						"<circle class=\"found\" cx=\"%.1f\" cy=\"7\" r=\"7\"/><text class=\"number\" x=\"%.1f\" y=\"10\">%d</text></a>",
						x(finding.at()), x(finding.at()), number));
			}
		}
	}

	private void bar(String lane, String style, long from, long until, String words) {
		if (isSeen(from, until)) {
			rectangle(style, x(from), top(this.lanes.indexOf(lane)), Math.max(0.8, x(until) - x(from)), BAR, words);
		}
	}

	private void rectangle(String style, double x, double y, double width, double height, String words) {
		this.svg.append(Markup.format("<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"", style,
				x, y, width, height));
		this.svg.append(words.isEmpty() ? "/>" : "><title>" + Markup.text(words) + "</title></rect>");
	}

	private boolean isSeen(long from, long until) {
		return from < to() && until >= this.from;
	}

	private long to() {
		return Math.min(this.from + this.row, this.course.end());
	}

	private static int top(int lane) {
		return TOP + lane * LANE;
	}

	/** Within the row; what reaches beyond is cut off. */
	private double x(long at) {
		long seen = Math.max(this.from, Math.min(at, to()));
		return LEFT + (WIDTH - LEFT) * (double) (seen - this.from) / this.row;
	}

	private String clock(long at) {
		return Markup.clock(TimeUnit.NANOSECONDS.toSeconds(at - this.course.begin()));
	}

}
