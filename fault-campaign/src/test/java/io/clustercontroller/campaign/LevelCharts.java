package io.clustercontroller.campaign;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A small chart for each thing that is looked at when all is quiet, from zero on, so that
 * what looks flat is flat.
 */
final class LevelCharts {

	private static final int WIDTH = 360;

	private static final int HEIGHT = 130;

	private static final int LEFT = 42;

	private static final int BOTTOM = 112;

	private static final int TOP = 12;

	private final Course course;

	LevelCharts(Course course) {
		this.course = course;
	}

	String html() {
		Map<String, List<Level>> byWhat = this.course.levels()
			.stream()
			.collect(Collectors.groupingBy(Level::what, LinkedHashMap::new, Collectors.toList()));
		if (byWhat.isEmpty()) {
			return "<p>There was no quiet moment.</p>";
		}
		StringBuilder html = new StringBuilder("<div class=\"charts\">");
		byWhat.forEach((what, levels) -> html.append(chart(what, levels)));
		return html.append("</div>").toString();
	}

	private String chart(String what, List<Level> levels) {
		long most = Math.max(1, levels.stream().mapToLong(Level::value).max().orElse(1));
		boolean ofEtcd = levels.get(0).of().equals("etcd");
		StringBuilder svg = new StringBuilder("<figure><figcaption>");
		svg.append(Markup.text(ofEtcd ? what + " in etcd" : what + " of each instance")).append("</figcaption>");
		svg.append(Markup.format("<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">", WIDTH, HEIGHT,
				Markup.text(what)));
		for (int i = 0; i <= 2; i++) {
			double y = y(most * i / 2.0, most);
			svg.append(Markup.format("<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", LEFT, WIDTH,
					y, y));
			svg.append(Markup.format("<text class=\"scale\" x=\"%d\" y=\"%.1f\">%d</text>", LEFT - 5, y + 3.5,
					most * i / 2));
		}
		levels.stream()
			.collect(Collectors.groupingBy(Level::of, LinkedHashMap::new, Collectors.toList()))
			.forEach((of, series) -> svg.append(line(of, series, most, style(of))));
		svg.append(Markup.format("<text class=\"axis\" x=\"%d\" y=\"%d\">0:00</text>", LEFT + 10, HEIGHT - 4));
		svg.append(Markup.format("<text class=\"scale\" x=\"%d\" y=\"%d\">%s</text>", WIDTH, HEIGHT - 4,
				Markup.clock((this.course.end() - this.course.begin()) / 1_000_000_000)));
		return svg.append("</svg></figure>").toString();
	}

	private String line(String of, List<Level> series, long most, String style) {
		List<String> points = new ArrayList<>();
		StringBuilder dots = new StringBuilder();
		for (Level level : series) {
			points.add(Markup.format("%.1f,%.1f", x(level.at()), y(level.value(), most)));
			dots.append(Markup.format("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2\"><title>%s: %d at %s</title></circle>",
					x(level.at()), y(level.value(), most), Markup.text(of), level.value(),
					Markup.clock((level.at() - this.course.begin()) / 1_000_000_000)));
		}
		return "<g class=\"" + style + "\"><polyline points=\"" + String.join(" ", points) + "\"/>" + dots + "</g>";
	}

	/** A colour for each place. */
	private String style(String of) {
		List<String> places = this.course.lives().stream().map(Life::place).distinct().sorted().toList();
		return "s" + this.course.lives()
			.stream()
			.filter((life) -> life.name().equals(of))
			.findFirst()
			.map((life) -> places.indexOf(life.place()) % 4)
			.orElse(4);
	}

	private double x(long at) {
		return LEFT + (WIDTH - LEFT - 4) * (double) (at - this.course.begin())
				/ Math.max(1, this.course.end() - this.course.begin());
	}

	private static double y(double value, long most) {
		return BOTTOM - (BOTTOM - TOP) * value / most;
	}

}
