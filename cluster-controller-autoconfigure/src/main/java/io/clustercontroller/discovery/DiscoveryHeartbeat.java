package io.clustercontroller.discovery;

import java.util.concurrent.atomic.AtomicLong;

import io.clustercontroller.event.MasterChangedEvent;
import io.clustercontroller.event.MembersAddedEvent;
import io.clustercontroller.event.MembersRemovedEvent;

import org.springframework.cloud.client.discovery.event.HeartbeatEvent;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;

/**
 * Tells who keeps what it has discovered that the own service has changed.
 */
final class DiscoveryHeartbeat {

	private final ApplicationEventPublisher publisher;

	private final AtomicLong changes = new AtomicLong();

	DiscoveryHeartbeat(ApplicationEventPublisher publisher) {
		this.publisher = publisher;
	}

	@EventListener({ MembersAddedEvent.class, MembersRemovedEvent.class, MasterChangedEvent.class })
	void changed() {
		this.publisher.publishEvent(new HeartbeatEvent(this, this.changes.incrementAndGet()));
	}

}
