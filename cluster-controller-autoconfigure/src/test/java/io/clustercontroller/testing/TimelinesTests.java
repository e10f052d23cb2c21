package io.clustercontroller.testing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Timelines}: a check that cannot fail would be worth nothing.
 */
class TimelinesTests {

	private final Line a = new Line();

	private final Line b = new Line();

	@Test
	void oneAfterTheOtherIsFine() {
		this.a.becameMaster(0, 5, "STARTED").samples(1, 100, 5).becameSlave(101, 5, "STEPPED_DOWN");
		this.b.becameSlave(2, 5, "STARTED").samples(102, 200, 6).becameMaster(103, 6, "PROMOTED");
		assertThat(violations()).isEmpty();
	}

	@Test
	void returningWithAHigherTokenIsFine() {
		this.a.becameMaster(0, 5, "STARTED").samples(1, 50, 5).becameSlave(51, 5, "SESSION_LOST");
		this.b.becameSlave(2, 5, "STARTED").becameMaster(60, 6, "PROMOTED").samples(60, 80, 6);
		this.b.becameSlave(81, 6, "HANDED_OVER");
		this.a.becameMaster(82, 7, "HANDED_OVER").samples(82, 90, 7).becameSlave(91, 7, "STOPPING").closed(92);
		assertThat(violations()).isEmpty();
	}

	@Test
	void killedMasterNeedsNoEvent() {
		this.a.becameMaster(0, 5, "STARTED").samples(1, 50, 5);
		this.b.becameSlave(2, 5, "STARTED").becameMaster(60, 6, "PROMOTED").samples(60, 80, 6);
		assertThat(violations()).isEmpty();
	}

	@Test
	void pausedWithinAQuestionProvesNothing() {
		this.a.sample(10, 500, 5);
		this.b.samples(100, 200, 6);
		assertThat(violations()).isEmpty();
	}

	@Test
	void touchingSamplesProveNothing() {
		this.a.sample(10, 20, 5);
		this.b.sample(20, 30, 6).sample(5, 10, 6);
		assertThat(violations()).isEmpty();
	}

	@Test
	void interleavedSamplesAreTwoMasters() {
		this.a.samples(0, 100, 5);
		this.b.samples(50, 60, 6);
		assertThat(violations()).singleElement()
			.asString()
			.contains("a was master with token 5", "b was master with token 6");
	}

	@Test
	void interleavedSamplesAreFoundWhicheverTokenIsHigher() {
		this.a.samples(0, 100, 6);
		this.b.sample(50, 51, 5);
		assertThat(violations()).singleElement()
			.asString()
			.contains("b was master with token 5", "a was master with token 6");
	}

	@Test
	void oneLateSampleIsEnough() {
		this.a.samples(0, 100, 5).sample(151, 152, 5);
		this.b.samples(110, 150, 6);
		assertThat(violations()).singleElement().asString().contains("a was master with token 5 at 151");
	}

	@Test
	void sameTokenTwiceIsAViolation() {
		this.a.samples(0, 10, 5);
		this.b.samples(20, 30, 5);
		assertThat(violations()).singleElement().asString().contains("both master with token 5");
	}

	@Test
	void tokenThatDoesNotGrowIsAViolation() {
		this.a.samples(0, 10, 5);
		this.b.samples(20, 30, 4);
		assertThat(violations()).singleElement().asString().contains("b was master with token 4");
	}

	@Test
	void eventOfASuccessorProvesThatTheOldMasterIsLate() {
		this.a.samples(0, 100, 5);
		this.b.becameMaster(50, 6, "PROMOTED");
		assertThat(violations()).singleElement().asString().contains("a was master with token 5");
	}

	@Test
	void eventThatComesLateIsNoMastership() {
		this.a.becameMaster(100, 5, "STARTED");
		this.b.samples(20, 30, 6);
		assertThat(violations()).isEmpty();
	}

	@Test
	void masterWithoutTokenIsAViolation() {
		this.a.tokenless(1).tokenless(2);
		this.b.tokenless(1);
		assertThat(violations()).singleElement().asString().contains("a was master without a fencing token");
	}

	@Test
	void secondBecameMasterInARowIsAViolation() {
		this.a.becameMaster(1, 5, "STARTED").becameMaster(2, 6, "PROMOTED");
		assertThat(violations()).singleElement().asString().contains("without having become slave");
	}

	@Test
	void secondBecameSlaveInARowIsAViolation() {
		this.a.becameMaster(1, 5, "STARTED").becameSlave(2, 5, "SESSION_LOST").becameSlave(3, 5, "SESSION_LOST");
		assertThat(violations()).singleElement().asString().contains("without having been master");
		this.b.becameSlave(1, 5, "STARTED").becameSlave(2, 5, "STOPPING");
		assertThat(violations()).hasSize(2);
	}

	@Test
	void endOfAnotherMastershipIsAViolation() {
		this.a.becameMaster(1, 5, "STARTED").becameSlave(2, 4, "SESSION_LOST");
		assertThat(violations()).singleElement().asString().contains("became slave with token 4 but was master with 5");
	}

	@Test
	void oldTokenForANewMastershipIsAViolation() {
		this.a.becameMaster(1, 5, "STARTED").becameSlave(2, 5, "SESSION_LOST").becameMaster(3, 5, "PROMOTED");
		assertThat(violations()).singleElement().asString().contains("became master with token 5 after token 5");
	}

	@Test
	void masterAfterTheEventIsAViolation() {
		this.a.becameMaster(0, 5, "STARTED").samples(1, 20, 5).becameSlave(15, 5, "SESSION_LOST");
		assertThat(violations()).singleElement().asString().contains("still master after it became slave");
	}

	@Test
	void closingWithoutAnEventIsAViolation() {
		this.a.becameMaster(0, 5, "STARTED").closed(20);
		assertThat(violations()).singleElement().asString().contains("closed without having become slave");
	}

	@Test
	void longTimelinesAreCheckedFast() {
		this.a.samples(0, 200_000, 5);
		this.b.samples(200_010, 400_000, 6).sample(100_000, 100_001, 6);
		assertThat(violations()).hasSize(1);
	}

	@Test
	void factsKeepTheirFormOnTheWayThroughTheFile() {
		Fact fact = new Fact(Fact.Kind.EVENT, -3, 4, 5, Map.of("type", "BecameMasterEvent", "cause", "a=b"));
		assertThat(Fact.ofLine(fact.toLine())).isEqualTo(fact);
		Fact broken = new Fact(Fact.Kind.EVENT, 1, 2, 3, Map.of("type", "x\ty\nz"));
		assertThat(Fact.ofLine(broken.toLine()).type()).isEqualTo("x y z");
	}

	private List<String> violations() {
		Map<String, List<Fact>> timelines = new LinkedHashMap<>();
		timelines.put("a", this.a.facts);
		timelines.put("b", this.b.facts);
		List<String> violations = Timelines.violations(timelines);
		Map<String, List<Fact>> reversed = new LinkedHashMap<>();
		reversed.put("b", this.b.facts);
		reversed.put("a", this.a.facts);
		assertThat(Timelines.violations(reversed)).as("the order of the processes does not matter")
			.hasSameSizeAs(violations);
		return violations;
	}

	private static final class Line {

		private final List<Fact> facts = new ArrayList<>();

		Line sample(long at, long until, long token) {
			return add(Fact.Kind.SAMPLE, at, until, Map.of("fencingToken", String.valueOf(token)));
		}

		/** One sample at each tick, without the last. */
		Line samples(long from, long to, long token) {
			for (long at = from; at < to; at++) {
				sample(at, at, token);
			}
			return this;
		}

		Line tokenless(long at) {
			return add(Fact.Kind.SAMPLE, at, at, Map.of());
		}

		Line becameMaster(long at, long token, String cause) {
			return event(at, "BecameMasterEvent", token, cause);
		}

		Line becameSlave(long at, long token, String cause) {
			return event(at, "BecameSlaveEvent", token, cause);
		}

		Line closed(long at) {
			return add(Fact.Kind.CLOSED, at, at, Map.of());
		}

		private Line event(long at, String type, long token, String cause) {
			return add(Fact.Kind.EVENT, at, at,
					Map.of("type", type, "fencingToken", String.valueOf(token), "cause", cause));
		}

		private Line add(Fact.Kind kind, long at, long until, Map<String, String> details) {
			this.facts.add(new Fact(kind, at, until, 0, details));
			return this;
		}

	}

}
