package io.clustercontroller.testing;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * One fact of the life of an application in a process of its own.
 * <p>
 * The times are {@link System#nanoTime()}, which on Linux reads {@code CLOCK_MONOTONIC}:
 * one clock for all processes of a machine that share a time namespace. So facts of
 * different processes can be compared; {@code ClusterProcessTests} checks that they can.
 *
 * @param kind what kind of fact
 * @param at when it began to hold, or to be looked at
 * @param until when it had been looked at
 * @param wallMillis the wall clock at that time
 * @param details what is known of it, by name
 */
public record Fact(Kind kind, long at, long until, long wallMillis, Map<String, String> details) {

	static final String TOKEN = "fencingToken";

	public Fact {
		details = Map.copyOf(details);
	}

	/** The name of an event's class without its package; otherwise empty. */
	public String type() {
		return this.details.getOrDefault("type", "");
	}

	/** The cause of a role event; otherwise empty. */
	public String cause() {
		return this.details.getOrDefault("cause", "");
	}

	/** The fencing token of a role event or a sample. */
	public OptionalLong token() {
		String token = this.details.get(TOKEN);
		return (token != null) ? OptionalLong.of(Long.parseLong(token)) : OptionalLong.empty();
	}

	public String detail(String name) {
		return this.details.getOrDefault(name, "");
	}

	boolean isEvent(Class<?> type) {
		return this.kind == Kind.EVENT && type().equals(type.getSimpleName());
	}

	String toLine() {
		String details = this.details.entrySet()
			.stream()
			.map((entry) -> "\t" + entry.getKey() + "=" + entry.getValue().replaceAll("\\s", " "))
			.collect(Collectors.joining());
		return this.kind + "\t" + this.at + "\t" + this.until + "\t" + this.wallMillis + details;
	}

	static Fact ofLine(String line) {
		String[] fields = line.split("\t");
		Map<String, String> details = new LinkedHashMap<>();
		for (int i = 4; i < fields.length; i++) {
			int equals = fields[i].indexOf('=');
			details.put(fields[i].substring(0, equals), fields[i].substring(equals + 1));
		}
		return new Fact(Kind.valueOf(fields[0]), Long.parseLong(fields[1]), Long.parseLong(fields[2]),
				Long.parseLong(fields[3]), details);
	}

	/** The kinds of facts. */
	public enum Kind {

		/** The application context begins to start. */
		STARTED,

		/** An application event has arrived. */
		EVENT,

		/** {@code isMaster()} was true at some instant between the two times. */
		SAMPLE,

		/**
		 * The first answer of {@code isMaster()} after a pause of the process: details
		 * {@code master} and {@code pausedMillis}.
		 */
		WOKE,

		/** The application context is refreshed: detail {@code instanceId}. */
		REFRESHED,

		/** The application context begins to close. */
		CLOSING,

		/** The application context is closed; the process may go on. */
		CLOSED

	}

}
