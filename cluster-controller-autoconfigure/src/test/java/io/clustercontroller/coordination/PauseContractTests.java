package io.clustercontroller.coordination;

import java.time.Duration;
import java.time.Instant;

import io.clustercontroller.Pause;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What sessions make of the record that pauses their service.
 */
public abstract class PauseContractTests extends RecordsContractTests {

	@Test
	void pauseIsSeenByThoseWhoAreThereAndWhoComeLater() {
		Participant there = participant("a", 0);
		assertThat(there.listener().view().pause()).isNull();
		Pause pause = pause(Duration.ofHours(1));
		long version = write(pause);
		there.await((view) -> pause.equals(view.pause()));
		assertThat(participant("b", 1).listener().views().get(0).pause()).isEqualTo(pause);
		Pause other = pause(Duration.ofHours(2));
		version = get(records().write(ClusterView.PAUSE, PauseJson.write(other), version, null)).orElseThrow();
		there.await((view) -> other.equals(view.pause()));
		assertThat(get(records().delete(ClusterView.PAUSE, version))).isTrue();
		there.await((view) -> view.pause() == null);
	}

	@Test
	void nobodyBecomesMasterOnceThePauseIsWrittenHoweverLateItIsSeen() {
		Participant one = participant("a", 0);
		Participant other = participant("b", 1);
		long version = write(pause(Duration.ofHours(1)));
		get(one.session().acquire());
		get(other.session().acquire());
		assertThat(one.listener().view().mastership()).isNull();
		assertThat(one.listener().view().pause()).isNotNull();
		assertThat(other.listener().view().mastership()).isNull();
		get(records().delete(ClusterView.PAUSE, version));
		one.await((view) -> view.pause() == null);
		one.acquire();
	}

	@Test
	void pauseLetsTheMasterStayAndHandOver() {
		Participant one = participant("a", 0);
		Participant other = participant("b", 1);
		Mastership mastership = one.acquire();
		write(pause(Duration.ofHours(1)));
		other.await((view) -> view.pause() != null);
		assertThat(other.listener().view().mastership())
			.isEqualTo(new Mastership("a", mastership.token(), false, false));
		assertThat(get(one.session().handOver(mastership.token(), "b"))).isTrue();
		Mastership passed = other.awaitHeld();
		get(other.session().release(passed.token()));
		one.awaitNobody();
		get(one.session().acquire());
		assertThat(one.listener().view().mastership()).isNull();
	}

	@Test
	void pauseThatIsOverKeepsNobodyFromBecomingMaster() {
		Participant one = participant("a", 0);
		Pause over = pause(Duration.ofMillis(-1));
		write(over);
		one.await((view) -> over.equals(view.pause()));
		one.acquire();
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "", "yes", "{\"reason\":\"x\"}", "{\"reason\":\"\",\"by\":\"a\",\"since\":1,\"until\":2}" })
	void whatIsNoPauseIsNone(String text) {
		get(records().write(ClusterView.PAUSE, text, Records.ABSENT, null));
		Participant one = participant("a", 0);
		assertThat(one.listener().view().pause()).isNull();
		one.acquire();
	}

	private static Pause pause(Duration expiry) {
		Instant now = Instant.ofEpochMilli(TimeSource.SYSTEM.wallMillis());
		return new Pause("etcd: \"upgrade\" C:\\50 %", "box 1", now, now.plus(expiry));
	}

	private long write(Pause pause) {
		return get(records().write(ClusterView.PAUSE, PauseJson.write(pause), Records.ABSENT, null)).orElseThrow();
	}

	private Records records() {
		return open().records(this.environment, this.service);
	}

}
