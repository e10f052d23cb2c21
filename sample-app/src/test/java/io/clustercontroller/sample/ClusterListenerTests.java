package io.clustercontroller.sample;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

import io.clustercontroller.event.MasterChangedEvent;
import io.clustercontroller.event.NoLongerActiveEvent;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ClusterListenerTests {

	private final ClusterListener listener = new ClusterListener();

	@Test
	void keepsTheLastTwentyEntriesTheNewestFirst() {
		LongStream.rangeClosed(1, 25)
			.forEach((port) -> this.listener.noLongerActive(new NoLongerActiveEvent(List.of((int) port))));
		assertThat(this.listener.entries()).hasSize(20);
		assertThat(this.listener.entries().get(0).text()).contains("[25]");
		assertThat(this.listener.entries().get(19).text()).contains("[6]");
	}

	@Test
	void tellsThatThereIsNoMaster() {
		this.listener.masterChanged(new MasterChangedEvent(Optional.empty(), 0, Duration.ZERO));
		assertThat(this.listener.entries().get(0).text()).isEqualTo("The service has no master");
	}

}
