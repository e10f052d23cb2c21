package io.clustercontroller.actuate;

import io.clustercontroller.ClusterController;
import io.clustercontroller.MemberState;
import io.clustercontroller.event.BecameActiveEvent;
import io.clustercontroller.event.NoLongerActiveEvent;
import io.clustercontroller.event.StoppingEvent;

import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;

/**
 * The application accepts traffic while this instance is active and nobody else minds:
 * Boot does until all has started, and when the context is closed; others may as well.
 */
final class ReadinessByState {

	private final ClusterController cluster;

	private final ApplicationEventPublisher publisher;

	/** What the others have said last. */
	private volatile ReadinessState others = ReadinessState.REFUSING_TRAFFIC;

	ReadinessByState(ClusterController cluster, ApplicationEventPublisher publisher) {
		this.cluster = cluster;
		this.publisher = publisher;
	}

	@EventListener({ BecameActiveEvent.class, NoLongerActiveEvent.class, StoppingEvent.class })
	void stateChanged() {
		publish();
	}

	/**
	 * Whatever is said is compared with what is true by then, also what was said here:
	 * two threads may speak, and the one with the older news come last.
	 */
	@EventListener
	void readinessChanged(AvailabilityChangeEvent<ReadinessState> event) {
		if (event.getSource() != this) {
			this.others = event.getState();
		}
		if (event.getState() != readiness()) {
			publish();
		}
	}

	private void publish() {
		this.publisher.publishEvent(new AvailabilityChangeEvent<>(this, readiness()));
	}

	private ReadinessState readiness() {
		return (this.cluster.state() == MemberState.ACTIVE) ? this.others : ReadinessState.REFUSING_TRAFFIC;
	}

}
