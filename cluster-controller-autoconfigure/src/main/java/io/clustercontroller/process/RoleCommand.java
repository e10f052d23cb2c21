package io.clustercontroller.process;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.clustercontroller.command.RunningCommand;

/**
 * Brings a command for a change of role to its end.
 */
final class RoleCommand {

	/** What a command gets to end in that takes too long or is of no use any more. */
	static final Duration GRACE = Duration.ofSeconds(1);

	private RoleCommand() {
	}

	/**
	 * Wait for the command, within its time, and end what is left of it.
	 * @return what went wrong, or nothing if it has succeeded; never fails
	 */
	static CompletionStage<Optional<String>> complete(RunningCommand command, Duration timeout,
			ScheduledExecutorService loop) {
		AtomicBoolean timedOut = new AtomicBoolean();
		ScheduledFuture<?> end = loop.schedule(() -> {
			timedOut.set(true);
			command.stop(GRACE);
		}, timeout.toNanos(), TimeUnit.NANOSECONDS);
		CompletableFuture<Integer> exited = command.exited().toCompletableFuture();
		exited.thenRun(() -> command.stop(GRACE));
		return command.ended().thenApply((done) -> {
			end.cancel(false);
			int code = exited.getNow(ExitCodes.CANNOT_START);
			if (timedOut.get()) {
				return Optional.of("its command took longer than %s and was ended".formatted(timeout));
			}
			return (code != 0) ? Optional.of("its command has ended with exit code " + ExitCodes.describe(code))
					: Optional.empty();
		});
	}

}
