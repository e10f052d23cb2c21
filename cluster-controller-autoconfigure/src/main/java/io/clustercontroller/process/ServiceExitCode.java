package io.clustercontroller.process;

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

	private static final Runnable HANDLER = ServiceExitCode::haltAfterSignal;

	private static volatile OptionalInt code = OptionalInt.empty();

	/** The service has been stopped, and this is its code. */
	static void set(int code) {
		ServiceExitCode.code = OptionalInt.of(ExitCodes.ofJvm(code));
	}

	/** A service is about to run; what another one has left does not count. */
	static void clear() {
		ServiceExitCode.code = OptionalInt.empty();
	}

	@Override
	public void onApplicationEvent(ApplicationStartingEvent event) {
		SpringApplication.getShutdownHandlers().add(HANDLER);
	}

	/** Who calls {@code System.exit} has chosen a code; that one counts. */
	private static void haltAfterSignal() {
		OptionalInt code = ServiceExitCode.code;
		if (code.isPresent() && Thread.getAllStackTraces()
			.keySet()
			.stream()
			.anyMatch((thread) -> SIGNAL_THREAD.matcher(thread.getName()).matches())) {
			Runtime.getRuntime().halt(code.getAsInt());
		}
	}

}
