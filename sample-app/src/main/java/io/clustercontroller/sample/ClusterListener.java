package io.clustercontroller.sample;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;

import io.clustercontroller.Member;
import io.clustercontroller.event.BackupCompletedEvent;
import io.clustercontroller.event.BackupFailedEvent;
import io.clustercontroller.event.BecameActiveEvent;
import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.BecameSlaveEvent;
import io.clustercontroller.event.MasterChangedEvent;
import io.clustercontroller.event.MembersAddedEvent;
import io.clustercontroller.event.MembersRemovedEvent;
import io.clustercontroller.event.NoLongerActiveEvent;
import io.clustercontroller.event.ProcessExitedEvent;
import io.clustercontroller.event.ProcessStartedEvent;
import io.clustercontroller.event.RoleCommandFailedEvent;
import io.clustercontroller.event.StoppingEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Hears what happens in the cluster and tells it on the log. An application of your own
 * has a class like this one, which starts and stops its work here.
 */
@Component
class ClusterListener {

	private static final Logger logger = LoggerFactory.getLogger(ClusterListener.class);

	private static final int MOST_ENTRIES = 20;

	private final Deque<Entry> entries = new ArrayDeque<>();

	@EventListener
	void becameMaster(BecameMasterEvent event) {
		// Start here what only one instance of the service may do
		String why = switch (event.cause()) {
			case STARTED -> "I have joined, and there was no master";
			case HANDED_OVER -> "the master before me has handed over to me";
			default -> "there was no master any more, and I was first in line";
		};
		tell("I am MASTER, token %d, cause %s: %s".formatted(event.fencingToken(), event.cause(), why));
	}

	@EventListener
	void becameSlave(BecameSlaveEvent event) {
		// Stop it here; unless the session is lost, the next master waits for this method
		String why = switch (event.cause()) {
			case STARTED -> "I have joined, and stand by";
			case HANDED_OVER -> "a member that was chosen takes over from me";
			case STEPPED_DOWN -> "I was asked to step down";
			case SESSION_LOST -> "nobody could confirm in time that I still am master";
			default -> "I am stopping";
		};
		tell("I am SLAVE, cause %s: %s".formatted(event.cause(), why));
	}

	@EventListener
	void masterChanged(MasterChangedEvent event) {
		tell(event.master()
			.map((master) -> "The service has the master %s, token %d".formatted(master.instanceId(),
					event.fencingToken()))
			.orElse("The service has no master"));
	}

	@EventListener
	void membersAdded(MembersAddedEvent event) {
		tell("Others have joined: " + names(event.members()));
	}

	@EventListener
	void membersRemoved(MembersRemovedEvent event) {
		tell("Others are gone: " + names(event.members()));
	}

	@EventListener
	void becameActive(BecameActiveEvent event) {
		tell("I am ACTIVE: my service does its work");
	}

	@EventListener
	void noLongerActive(NoLongerActiveEvent event) {
		tell("I am no longer active: nothing answers on port(s) " + event.ports());
	}

	@EventListener
	void processStarted(ProcessStartedEvent event) {
		tell("The service has started with pid %d%s".formatted(event.pid(),
				(event.restarts() > 0) ? ", restart number " + event.restarts() : ""));
	}

	@EventListener
	void processExited(ProcessExitedEvent event) {
		tell("The service with pid %d has ended %s, exit code %d".formatted(event.pid(),
				event.stopped() ? "as it was told" : "by itself", event.exitCode()));
	}

	@EventListener
	void roleCommandFailed(RoleCommandFailedEvent event) {
		tell("The service may not know that it is %s: %s".formatted(event.role(), event.reason()));
	}

	@EventListener
	void backupCompleted(BackupCompletedEvent event) {
		tell("There is a backup of '%s': %s, %d byte(s)".formatted(event.name(), event.id(), event.size()));
	}

	@EventListener
	void backupFailed(BackupFailedEvent event) {
		tell("There is no new backup of '%s': %s".formatted(event.name(), event.reason()));
	}

	@EventListener
	void stopping(StoppingEvent event) {
		// Stop here what runs in either role
		tell("I am about to leave");
	}

	/** The last ones, the newest first. */
	synchronized List<Entry> entries() {
		return List.copyOf(this.entries);
	}

	private synchronized void tell(String text) {
		logger.info(text);
		this.entries.addFirst(new Entry(Instant.now(), text));
		if (this.entries.size() > MOST_ENTRIES) {
			this.entries.removeLast();
		}
	}

	private static String names(List<Member> members) {
		return members.stream().map(Member::instanceId).collect(Collectors.joining(", "));
	}

	/** What was told, and when. */
	record Entry(Instant at, String text) {
	}

}
