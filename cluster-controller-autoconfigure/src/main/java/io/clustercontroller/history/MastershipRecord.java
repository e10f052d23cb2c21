package io.clustercontroller.history;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.clustercontroller.event.RoleChangeCause;
import org.jspecify.annotations.Nullable;

/**
 * A mastership as its master writes it down: at its beginning, and once more at its end.
 * Immutable.
 *
 * @param token its fencing token, which is its name
 * @param instanceId the master
 * @param container the container or host of the master
 * @param cause why it became master
 * @param since when, by its wall clock
 * @param vacancy how long it had seen no master before, or {@code null} if it cannot say
 * @param end how it has ended, or {@code null} while it has not or nobody has said so
 */
record MastershipRecord(long token, String instanceId, String container, RoleChangeCause cause, Instant since,
		@Nullable Duration vacancy, @Nullable End end) {

	/** What the names of all records begin with. */
	static final String PREFIX = "history/";

	/**
	 * As many digits as a token may have: the order of the names is that of the tokens.
	 */
	private static final Pattern NAME = Pattern.compile(Pattern.quote(PREFIX) + "(\\d{19})");

	/** The name of the record. */
	String name() {
		return PREFIX + "%019d".formatted(this.token);
	}

	/**
	 * The token in the name of a record, or empty if it is not the name of a mastership.
	 */
	static OptionalLong token(String name) {
		Matcher matcher = NAME.matcher(name);
		try {
			return matcher.matches() ? OptionalLong.of(Long.parseLong(matcher.group(1))) : OptionalLong.empty();
		}
		catch (NumberFormatException ex) {
			return OptionalLong.empty();
		}
	}

	MastershipRecord withVacancy(Duration vacancy) {
		return new MastershipRecord(this.token, this.instanceId, this.container, this.cause, this.since, vacancy,
				this.end);
	}

	MastershipRecord ended(Instant at, RoleChangeCause cause) {
		return new MastershipRecord(this.token, this.instanceId, this.container, this.cause, this.since, this.vacancy,
				new End(at, cause));
	}

	/** Whether both are of the same mastership, at whichever time. */
	boolean isSameAs(MastershipRecord other) {
		return this.token == other.token && this.instanceId.equals(other.instanceId) && this.since.equals(other.since);
	}

	/**
	 * The end of a mastership.
	 *
	 * @param at when, by the wall clock of the master
	 * @param cause why
	 */
	record End(Instant at, RoleChangeCause cause) {
	}

}
