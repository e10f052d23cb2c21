package io.clustercontroller.process;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;

import io.clustercontroller.command.CommandException;
import io.clustercontroller.command.RunningCommand;
import io.clustercontroller.event.ClusterEvents;
import io.clustercontroller.event.RoleCommandFailedEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a running service that this instance has another role, by a signal or a command.
 * A failure is an event and a log line, and no more. Used on the supervisor's thread
 * only.
 */
final class RoleTeller {

	private static final Logger logger = LoggerFactory.getLogger(RoleTeller.class);

	private final ServiceLauncher launcher;

	private final Duration timeout;

	private final ClusterEvents events;

	private final ScheduledExecutorService loop;

	/**
	 * @param timeout how long a command may take
	 * @param loop the supervisor's thread
	 */
	RoleTeller(ServiceLauncher launcher, Duration timeout, ClusterEvents events, ScheduledExecutorService loop) {
		this.launcher = launcher;
		this.timeout = timeout;
		this.events = events;
		this.loop = loop;
	}

	void signal(Launched service, RoleNews news, String signal) {
		logger.info("Sending SIG{} to the service, which is {} now", signal, news.role());
		service.signal(signal);
	}

	/**
	 * Run the command for the role, if there is one.
	 * @param then runs on the supervisor's thread when it is over
	 */
	void run(Launched service, RoleNews news, Runnable then) {
		try {
			RunningCommand command = this.launcher.startRoleCommand(news);
			if (command != null) {
				logger.info("Telling the service by a command that it is {} now", news.role());
				service.roleCommandStarted(command);
				RoleCommand.complete(command, this.timeout, this.loop).thenAcceptAsync((problem) -> {
					boolean cancelled = service.roleCommandEnded();
					// a service that is being stopped needs to know nothing any more
					problem.filter((reason) -> !service.isStopping())
						.map((reason) -> cancelled ? "its command was ended, as it is of no use any more" : reason)
						.ifPresent((reason) -> failed(news, reason));
					then.run();
				}, this.loop);
			}
		}
		catch (CommandException ex) {
			failed(news, String.valueOf(ex.getMessage()));
		}
	}

	private void failed(RoleNews news, String reason) {
		logger.error("The service may not know that it is {} now: {}", news.role(), reason);
		this.events.publish(new RoleCommandFailedEvent(news.role(), news.token(), reason));
	}

}
