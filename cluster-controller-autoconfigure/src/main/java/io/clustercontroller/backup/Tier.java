package io.clustercontroller.backup;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;

/**
 * The periods of which the first good backup is kept.
 */
public enum Tier {

	/**
	 * Absolute hours, which end when those of UTC do: both hours at the end of summer
	 * time count.
	 */
	HOURLY {
		@Override
		Period period(Instant instant, ZoneId zone) {
			Instant hour = instant.truncatedTo(ChronoUnit.HOURS);
			return new Period(hour.getEpochSecond(), HOUR.format(hour.atZone(UTC)));
		}
	},

	/** Days in the zone of the backups. */
	DAILY {
		@Override
		Period period(Instant instant, ZoneId zone) {
			return of(LocalDate.ofInstant(instant, zone), DateTimeFormatter.ISO_LOCAL_DATE);
		}
	},

	/** Weeks of ISO 8601, which begin on Mondays, in the zone of the backups. */
	WEEKLY {
		@Override
		Period period(Instant instant, ZoneId zone) {
			return of(LocalDate.ofInstant(instant, zone).with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)),
					WEEK);
		}
	},

	/** Months in the zone of the backups. */
	MONTHLY {
		@Override
		Period period(Instant instant, ZoneId zone) {
			return of(LocalDate.ofInstant(instant, zone).withDayOfMonth(1), MONTH);
		}
	};

	private static final ZoneId UTC = ZoneId.of("UTC");

	private static final DateTimeFormatter HOUR = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH'Z'", Locale.ROOT);

	/** The year of the week, which is not that of the day. */
	private static final DateTimeFormatter WEEK = DateTimeFormatter.ofPattern("YYYY-'W'ww", Locale.GERMANY);

	private static final DateTimeFormatter MONTH = DateTimeFormatter.ofPattern("uuuu-MM", Locale.ROOT);

	/** The period that an instant is in. */
	abstract Period period(Instant instant, ZoneId zone);

	/** Its name, and that of its folder. */
	String label() {
		return name().toLowerCase(Locale.ROOT);
	}

	private static Period of(LocalDate begin, DateTimeFormatter format) {
		return new Period(begin.toEpochDay(), format.format(begin));
	}

	/**
	 * One of the periods of a tier.
	 *
	 * @param number grows from period to period
	 * @param label for people, such as {@code 2024-W10}
	 */
	record Period(long number, String label) {
	}

}
