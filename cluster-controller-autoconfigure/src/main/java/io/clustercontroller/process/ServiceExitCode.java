package io.clustercontroller.process;

import java.util.Arrays;
import java.util.OptionalInt;
import java.util.regex.Pattern;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationStartingEvent;
import org.springframework.context.ApplicationListener;

/**
 * Gives the JVM the exit code of its service when a signal ends both. A JVM that is ended
 * by a signal has the code of that signal, whatever happens, unless it is halted.
 * <p>
 * The handler is registered before any other, that of the logging system included, since
 * the handlers run in the reverse order, after all contexts are closed.
 */
final class ServiceExitCode implements ApplicationListener<ApplicationStartingEvent> {

	/** What the JVM calls the thread that has received a signal. */
	private static final Pattern SIGNAL_THREAD = Pattern.compile("SIG(TERM|INT|HUP) handler");

	/** Where the thread waits that has begun the end; a second one does not get there. */
	private static final String HOOKS = "java.lang.ApplicationShutdownHooks";

	private static final Runnable HANDLER = ServiceExitCode::haltAfterSignal;

	private static volatile OptionalInt code = OptionalInt.empty();

	private static volatile OptionalInt chosen = OptionalInt.empty();

	/** The service has been stopped, and this is its code. */
	static void set(int code) {
		ServiceExitCode.code = OptionalInt.of(ExitCodes.ofJvm(code));
	}

	/** The application ends for a reason that counts more than how its service ends. */
	static void choose(int code) {
		ServiceExitCode.chosen = OptionalInt.of(code);
	}

	/** A service is about to run; what another one has left does not count. */
	static void clear() {
		ServiceExitCode.code = OptionalInt.empty();
		ServiceExitCode.chosen = OptionalInt.empty();
	}

	@Override
	public void onApplicationEvent(ApplicationStartingEvent event) {
		SpringApplication.getShutdownHandlers().add(HANDLER);
	}

	/** Who has called {@code System.exit} before has chosen a code; that one counts. */
	private static void haltAfterSignal() {
		OptionalInt code = ServiceExitCode.chosen.isPresent() ? ServiceExitCode.chosen : ServiceExitCode.code;
		if (code.isPresent() && Thread.getAllStackTraces()
			.entrySet()
			.stream()
			.anyMatch((entry) -> isEndingTheJvm(entry.getKey(), entry.getValue()))) {
			Runtime.getRuntime().halt(code.getAsInt());
		}
	}

	private static boolean isEndingTheJvm(Thread thread, StackTraceElement[] stack) {
		return SIGNAL_THREAD.matcher(thread.getName()).matches()
				&& Arrays.stream(stack).anyMatch((frame) -> frame.getClassName().equals(HOOKS));
	}

}
