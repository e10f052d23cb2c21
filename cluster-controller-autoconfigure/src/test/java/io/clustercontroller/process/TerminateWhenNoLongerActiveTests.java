package io.clustercontroller.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.clustercontroller.event.BecameActiveEvent;
import io.clustercontroller.event.NoLongerActiveEvent;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which end of the answers ends the instance. {@link ServicePortsTests} have it through
 * the starter.
 */
class TerminateWhenNoLongerActiveTests {

	private final List<Integer> ends = new ArrayList<>();

	private long pid;

	private Duration uptime = Duration.ofHours(1);

	private final TerminateWhenNoLongerActive listener = new TerminateWhenNoLongerActive(this.ends::add, () -> this.pid,
			() -> this.uptime);

	@Test
	void portsOfNoServiceProcessOfOurs() {
		this.uptime = Duration.ZERO;
		becameActive(TerminateWhenNoLongerActive.UNSUPERVISED);
		noLongerActive(TerminateWhenNoLongerActive.UNSUPERVISED);
		assertThat(this.ends).containsExactly(1);
	}

	@Test
	void serviceThatWasDownWhenItsPortsAnsweredAndIsDownAgain() {
		becameActive(0);
		noLongerActive(0);
		assertThat(this.ends).isEmpty();
	}

	@Test
	void serviceThatHasStoppedAnswering() {
		becameActive(17);
		noLongerActive(17);
		assertThat(this.ends).containsExactly(1);
	}

	@Test
	void serviceThatHasEndedOrIsBeingStopped() {
		becameActive(17);
		noLongerActive(0);
		assertThat(this.ends).isEmpty();
	}

	@Test
	void serviceThatIsStartingAgain() {
		becameActive(17);
		this.uptime = Duration.ofSeconds(2);
		noLongerActive(18);
		assertThat(this.ends).isEmpty();
	}

	@Test
	void serviceThatWasRestartedUnnoticedAndHasStoppedAnsweringSince() {
		becameActive(17);
		noLongerActive(18);
		assertThat(this.ends).containsExactly(1);
	}

	private void becameActive(long pid) {
		this.pid = pid;
		this.listener.remember(new BecameActiveEvent(List.of(80)));
	}

	private void noLongerActive(long pid) {
		this.pid = pid;
		this.listener.terminate(new NoLongerActiveEvent(List.of(80)));
	}

}
