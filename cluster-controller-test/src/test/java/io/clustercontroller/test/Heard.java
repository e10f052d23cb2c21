package io.clustercontroller.test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.BecameSlaveEvent;
import io.clustercontroller.event.MasterChangedEvent;
import io.clustercontroller.event.MembersAddedEvent;
import io.clustercontroller.event.MembersRemovedEvent;

import org.springframework.context.event.EventListener;

/**
 * Remembers what an application was told, as text without what differs each time.
 */
class Heard {

	private final List<String> news = new CopyOnWriteArrayList<>();

	@EventListener
	void on(BecameMasterEvent event) {
		this.news.add("master " + event.cause());
	}

	@EventListener
	void on(BecameSlaveEvent event) {
		this.news.add("slave " + event.cause());
	}

	@EventListener
	void on(MasterChangedEvent event) {
		this.news.add(event.master().map((master) -> "led by " + master.container()).orElse("led by nobody"));
	}

	@EventListener
	void on(MembersAddedEvent event) {
		event.members().forEach((member) -> this.news.add("came " + member.instanceId()));
	}

	@EventListener
	void on(MembersRemovedEvent event) {
		event.members().forEach((member) -> this.news.add("went " + member.instanceId()));
	}

	/** What was heard since this was asked last. */
	List<String> news() {
		List<String> news = new ArrayList<>(this.news);
		this.news.clear();
		return news;
	}

}
