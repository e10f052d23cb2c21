package io.clustercontroller.engine;

import java.time.Duration;

import io.clustercontroller.coordination.Mastership;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How long an instance has missed a master.
 */
class VacancyTests {

	private final Vacancy vacancy = new Vacancy();

	@Test
	void whoJoinsAMasterHasMissedNone() {
		this.vacancy.see(null, false, 0);
		this.vacancy.see(won(7), true, 50);
		assertBefore(0);
	}

	@Test
	void timeBeforeItHasJoinedDoesNotCount() {
		this.vacancy.see(null, false, 0);
		this.vacancy.see(null, true, 40);
		this.vacancy.see(null, true, 45);
		this.vacancy.see(won(7), true, 50);
		assertBefore(10);
	}

	@Test
	void gapIsFromTheLastSightToTheNext() {
		this.vacancy.see(won(7), true, 0);
		this.vacancy.see(null, true, 20);
		assertBefore(0);
		this.vacancy.see(null, true, 30);
		this.vacancy.see(won(8), true, 50);
		this.vacancy.see(won(8), true, 90);
		assertBefore(30);
		this.vacancy.see(won(9), true, 100);
		assertBefore(0);
	}

	@Test
	void timeWithoutASessionCountsWhereItEndsWithAnotherMaster() {
		this.vacancy.see(won(7), true, 0);
		this.vacancy.see(null, false, 20);
		this.vacancy.see(null, true, 60);
		this.vacancy.see(won(8), true, 70);
		assertBefore(50);
	}

	@Test
	void masterThatWasOnlyOutOfSightWasThereAllTheTime() {
		this.vacancy.see(won(7), true, 0);
		this.vacancy.see(null, true, 10);
		this.vacancy.see(won(8), true, 20);
		this.vacancy.see(null, false, 30);
		this.vacancy.see(won(8), true, 90);
		assertBefore(0);
	}

	@Test
	void mastershipThatIsHandedOverLeavesNoGap() {
		this.vacancy.see(won(7), true, 0);
		// while the work of this master stops
		this.vacancy.see(null, true, 10);
		this.vacancy.see(new Mastership("other", 8, false, true), true, 50);
		assertBefore(0);
	}

	private void assertBefore(long nanos) {
		assertThat(this.vacancy.beforeMaster()).isEqualTo(Duration.ofNanos(nanos));
	}

	private static Mastership won(long token) {
		return new Mastership("other", token, false, false);
	}

}
