package io.clustercontroller.process;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

import io.clustercontroller.Role;
import io.clustercontroller.command.RunningCommand;
import io.clustercontroller.event.ProcessExitedEvent;
import org.jspecify.annotations.Nullable;

/**
 * One run of the service, from its start until no process of it is left. Used on the
 * supervisor's thread only.
 */
final class Launched {

	/**
	 * By how much a limit has to move on to be worth telling, and how much of it has to
	 * be left so that the guard hears of the next one in time.
	 */
	private static final long KEEP_STEP = Duration.ofMillis(100).toNanos();

	private final RunningCommand command;

	private final long startedAt;

	private RoleNews told;

	private @Nullable RunningCommand roleCommand;

	private boolean roleCommandCancelled;

	private @Nullable Long stopBy;

	private @Nullable Long keptUntil;

	private @Nullable ProcessExitedEvent exit;

	/**
	 * @param keepFor how long it may live from {@code startedAt} unless it is kept for
	 * longer; {@code null} for a life without a limit
	 */
	Launched(RunningCommand command, RoleNews told, long startedAt, @Nullable Duration keepFor) {
		this.command = command;
		this.told = told;
		this.startedAt = startedAt;
		this.keptUntil = (keepFor != null) ? startedAt + keepFor.toNanos() : null;
	}

	long pid() {
		return this.command.pid();
	}

	/** A nano time. */
	long startedAt() {
		return this.startedAt;
	}

	CompletionStage<Integer> exited() {
		return this.command.exited();
	}

	/** When nothing is left of it, nor of a command that told it of its role. */
	CompletionStage<Void> ended() {
		RunningCommand roleCommand = this.roleCommand;
		return (roleCommand != null) ? this.command.ended().thenCombine(roleCommand.ended(), (one, other) -> one)
				: this.command.ended();
	}

	RoleNews told() {
		return this.told;
	}

	void tell(RoleNews news) {
		this.told = news;
	}

	void signal(String signal) {
		this.command.signal(signal);
	}

	boolean isStopping() {
		return this.stopBy != null;
	}

	/** Whether it is being stopped, or a command tells it of its role. */
	boolean isBusy() {
		return isStopping() || this.roleCommand != null;
	}

	void roleCommandStarted(RunningCommand roleCommand) {
		this.roleCommand = roleCommand;
	}

	/**
	 * The command for a change of role is over.
	 * @return whether it was cancelled
	 */
	boolean roleCommandEnded() {
		boolean cancelled = this.roleCommandCancelled;
		this.roleCommand = null;
		this.roleCommandCancelled = false;
		return cancelled;
	}

	/**
	 * End a command that makes the service master when this instance is master no longer.
	 */
	void cancelOutdatedRoleCommand() {
		if (this.roleCommand != null && this.told.role() == Role.MASTER) {
			this.roleCommandCancelled = true;
			this.roleCommand.stop(RoleCommand.GRACE);
		}
	}

	/**
	 * Stop it, and what it has left behind.
	 * @return whether it had not been asked to before
	 */
	boolean stop(long by, long now) {
		Long earlier = this.stopBy;
		if (earlier == null || by - earlier < 0) {
			this.stopBy = by;
			Duration limit = Duration.ofNanos(Math.max(0, by - now));
			this.command.stop(limit);
			if (this.roleCommand != null) {
				this.roleCommand.stop((limit.compareTo(RoleCommand.GRACE) < 0) ? limit : RoleCommand.GRACE);
			}
		}
		return earlier == null;
	}

	/** Let it live on, if its life is limited. */
	void keepFor(Duration remaining, long now) {
		long until = now + remaining.toNanos();
		if (this.keptUntil != null && until - this.keptUntil > KEEP_STEP) {
			this.keptUntil = until;
			this.command.keepFor(remaining);
		}
	}

	/** Whether its guard ends it, or is about to, since it was not kept in time. */
	boolean isAbandoned(long now) {
		return this.keptUntil != null && this.keptUntil - now < KEEP_STEP;
	}

	void exit(ProcessExitedEvent exit) {
		this.exit = exit;
	}

	@Nullable ProcessExitedEvent exit() {
		return this.exit;
	}

}
