package io.clustercontroller.campaign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import javax.xml.parsers.DocumentBuilderFactory;

import io.clustercontroller.testing.Fact;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

import org.springframework.boot.json.JsonParserFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is left of a campaign, of courses that are made up.
 */
class ReportTests {

	private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

	/** As a clock of a machine that was started a while ago. */
	private static final long BEGIN = 5000 * SECOND;

	private final List<Injection> injections = new ArrayList<>();

	private final List<Life> lives = new ArrayList<>();

	private final List<Course.NodeState> nodes = new ArrayList<>();

	private final List<Course.QuietPoint> quietPoints = new ArrayList<>();

	private final List<Level> levels = new ArrayList<>();

	private final List<String> leftBehind = new ArrayList<>();

	@TempDir
	Path folder;

	@Test
	void showsEachFaultAndTheWayToRepeatIt() throws Exception {
		fill(600);
		Document page = page(course(true));
		assertThat(titles(page)).filteredOn((title) -> title.matches("\\d+: .* of .*"))
			.hasSize(FaultKind.values().length);
		assertThat(page.getDocumentElement().getTextContent()).contains("./campaign 10 42")
			.contains("node0")
			.contains("black hole");
	}

	@Test
	void drawsFaultInEachRowThatItReachesInto() throws Exception {
		fill(600);
		this.injections.add(new Injection(99, "SPLIT", "node0", "follower", at(299), at(301)));
		assertThat(titles(page(course(true)))).filteredOn((title) -> title.startsWith("99: split of node0")).hasSize(2);
	}

	@Test
	void drawsNothingBeyondThePicture() throws Exception {
		fill(600);
		Document page = page(course(true));
		for (Element rectangle : elements(page, "rect")) {
			double x = number(rectangle, "x");
			assertThat(x).isGreaterThanOrEqualTo(0);
			assertThat(number(rectangle, "width")).isGreaterThanOrEqualTo(0);
			assertThat(x + number(rectangle, "width")).isLessThanOrEqualTo(1122.1);
		}
	}

	@Test
	void leadsFromTheMarkOfFindingToItsWords() throws Exception {
		fill(600);
		this.leftBehind.add("process 17 of a1: java -Dx=\"<&>\"");
		this.quietPoints.add(new Course.QuietPoint(at(200), Long.MAX_VALUE));
		Document page = page(course(true));
		String text = page.getDocumentElement().getTextContent();
		assertThat(text).contains("process 17 of a1: java -Dx=\"<&>\"").contains("findings.").doesNotContain("Nothing");
		List<String> ids = elements(page, "li").stream().map((item) -> "#" + item.getAttribute("id")).toList();
		assertThat(elements(page, "a")).isNotEmpty().allMatch((link) -> ids.contains(link.getAttribute("href")));
	}

	@Test
	void isWrittenOfCourseThatHasBrokenOff() throws Exception {
		fill(90);
		this.injections.removeIf((injection) -> injection.from() > at(40));
		this.quietPoints.clear();
		this.levels.clear();
		assertThat(page(course(false)).getDocumentElement().getTextContent()).contains("has broken off");
	}

	@Test
	void isWrittenBeforeAnythingHasHappened() throws Exception {
		assertThat(page(course(false)).getDocumentElement().getTextContent()).contains("has broken off");
	}

	@Test
	void hasNumbersThatPicturesAndProgramsUnderstandInEachCountry() throws Exception {
		Locale before = Locale.getDefault();
		Locale.setDefault(Locale.GERMANY);
		try {
			drawsNothingBeyondThePicture();
		}
		finally {
			Locale.setDefault(before);
		}
	}

	@Test
	void tellsProgramsTheSame() throws Exception {
		fill(600);
		page(course(true));
		Map<String, Object> json = JsonParserFactory.getJsonParser()
			.parseMap(Files.readString(this.folder.resolve("report.json")));
		assertThat(json).containsEntry("ended", true).containsEntry("faults", FaultKind.values().length);
		assertThat(((Number) json.get("seed")).longValue()).isEqualTo(42);
		assertThat((List<?>) json.get("injections")).hasSize(FaultKind.values().length);
		assertThat((List<?>) json.get("mastershipsInOrder")).hasSameSizeAs(this.lives);
		assertThat(json.get("secondsWithoutMaster")).asString().contains("changes=" + (this.lives.size() - 1));
	}

	@Test
	void countsChangeForTheFaultsOfTheOldMaster() {
		fill(600);
		this.injections.clear();
		this.injections.add(new Injection(1, "FREEZE", "a", "", at(59.9), at(61)));
		this.injections.add(new Injection(2, "SPLIT", "node1", "", at(59.5), at(62)));
		this.injections.add(new Injection(3, "LOSS", "c", "", at(119), at(122)));
		this.injections.add(new Injection(4, "ETCD_KILL", "node1", "", at(179), at(182)));
		Map<String, List<Change>> changes = Change.byKind(Change.of(course(true), Mastership.of(course(true))));
		assertThat(changes.get("FREEZE")).hasSize(1).allMatch((change) -> change.before().life().place().equals("a"));
		assertThat(changes).doesNotContainKeys("SPLIT", "LOSS");
		assertThat(changes.get("ETCD_KILL")).hasSize(1);
		assertThat(changes.get(Change.NO_FAULT)).hasSize(this.lives.size() - 3);
	}

	/** A master after the other, for a minute each, and each kind of fault once. */
	private void fill(int seconds) {
		this.quietPoints.add(new Course.QuietPoint(at(5), at(6)));
		for (int i = 0; 60 * (i + 1) <= seconds; i++) {
			String place = String.valueOf((char) ('a' + i % 4));
			Map<String, String> details = Map.of("fencingToken", String.valueOf(10 + i));
			int first = 60 * i;
			this.lives.add(new Life(place + i, place, "id", at(first), at(first + 59.5), "SIGKILL",
					IntStream.range(0, 5900)
						.mapToObj((n) -> new Fact(Fact.Kind.SAMPLE, at(first) + n * SECOND / 100,
								at(first) + n * SECOND / 100, 0, details))
						.toList()));
			this.levels.add(new Level(place + i, "threads", at(first + 30), 50 + i));
			this.levels.add(new Level("etcd", "keys", at(first + 30), 10 + i));
			this.nodes.add(new Course.NodeState("node" + i % 3, at(first), (i % 2 == 0) ? "leader" : "silent"));
		}
		FaultKind[] kinds = FaultKind.values();
		for (int i = 0; i < kinds.length; i++) {
			double from = (i + 1) * seconds / (kinds.length + 2.0);
			this.injections.add(new Injection(i + 1, kinds[i].name(), List.of("a", "b", "node0", "etcd").get(i % 4),
					(kinds[i] == FaultKind.CLOCK_STEP) ? "+3 s" : "", at(from), at(from + i % 3)));
		}
	}

	private Course course(boolean ended) {
		long end = this.lives.isEmpty() ? BEGIN : at(60 * this.lives.size());
		return new Course(42, Instant.parse("2026-01-01T00:00:00Z"), BEGIN, end, ended,
				Map.of("network", "made up", "etcd", "3 nodes"), this.injections, this.quietPoints,
				Duration.ofSeconds(10), this.lives, List.of(), this.nodes, this.levels, this.leftBehind);
	}

	private Document page(Course course) throws Exception {
		Path html = Report.write(course, Verdict.of(course), this.folder);
		assertThat(this.folder.resolve("report.json")).isNotEmptyFile();
		return parse(html);
	}

	private static Document parse(Path html) throws Exception {
		try (var content = Files.newInputStream(html)) {
			return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(content);
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	private static List<String> titles(Document page) {
		return elements(page, "title").stream().map(Element::getTextContent).toList();
	}

	private static List<Element> elements(Document page, String name) {
		NodeList nodes = page.getElementsByTagName(name);
		return IntStream.range(0, nodes.getLength()).mapToObj((i) -> (Element) nodes.item(i)).toList();
	}

	private static double number(Element element, String attribute) {
		return element.hasAttribute(attribute) ? Double.parseDouble(element.getAttribute(attribute)) : 0;
	}

	private static long at(double second) {
		return BEGIN + Math.round(second * SECOND);
	}

}
