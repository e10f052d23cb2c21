package io.clustercontroller.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.clustercontroller.command.ProcessTable.Entry;

/**
 * Commands for the tests, and looking for what they leave behind.
 */
final class TestCommands {

	/** Far more than anything here takes, however slow the machine is. */
	static final Duration LIMIT = Duration.ofSeconds(30);

	/** Marks everything that one test starts. */
	private static final String MARK = "COMMAND_TEST";

	private TestCommands() {
	}

	static Command of(String... words) {
		return new Command(List.of(words), null, Map.of("PATH", System.getenv("PATH")), false, "TERM",
				Duration.ofSeconds(2));
	}

	static Command shell(String script) {
		return of("sh", "-c", script);
	}

	static Command marked(String mark, Command command) {
		Map<String, String> environment = new HashMap<>(command.environment());
		environment.put(MARK, mark);
		return with(command, environment);
	}

	static Command with(Command command, Map<String, String> environment) {
		return new Command(command.words(), command.directory(), environment, command.inheritInput(),
				command.stopSignal(), command.orphanGrace());
	}

	static Command withGrace(Command command, Duration grace) {
		return new Command(command.words(), command.directory(), command.environment(), command.inheritInput(),
				command.stopSignal(), grace);
	}

	static Command withSignal(Command command, String signal) {
		return new Command(command.words(), command.directory(), command.environment(), command.inheritInput(), signal,
				command.orphanGrace());
	}

	static Command in(Path directory, Command command) {
		return new Command(command.words(), directory, command.environment(), command.inheritInput(),
				command.stopSignal(), command.orphanGrace());
	}

	/** The processes alive that were started with this mark. */
	static List<Entry> alive(String mark) {
		return carriers(MARK, mark);
	}

	/** The processes alive that have this variable in their environment. */
	static List<Entry> carriers(String variable, String value) {
		byte[] text = (variable + "=" + value).getBytes();
		try {
			List<Entry> carriers = new ArrayList<>();
			for (Entry entry : ProcessTable.read()) {
				if (ProcessTable.hasInEnvironment(entry.pid(), text)) {
					carriers.add(entry);
				}
			}
			return carriers;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static <T> T get(CompletionStage<T> stage) {
		try {
			return stage.toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
		catch (ExecutionException | TimeoutException ex) {
			throw new AssertionError(ex);
		}
	}

}
