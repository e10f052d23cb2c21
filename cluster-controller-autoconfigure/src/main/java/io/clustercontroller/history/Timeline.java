package io.clustercontroller.history;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

import io.clustercontroller.history.MastershipRecord.End;
import org.jspecify.annotations.Nullable;

/**
 * Puts what the masters have written down, each by its own clock, one after the other.
 */
final class Timeline {

	private Timeline() {
	}

	/**
	 * The masterships as they are shown, the newest one first.
	 * @param records the masterships by token
	 */
	static List<MastershipEntry> of(List<MastershipRecord> records) {
		List<MastershipEntry> entries = new ArrayList<>();
		for (int i = 0; i < records.size(); i++) {
			MastershipRecord mastership = records.get(i);
			MastershipRecord before = (i > 0) ? records.get(i - 1) : null;
			MastershipRecord next = (i + 1 < records.size()) ? records.get(i + 1) : null;
			entries.add(new MastershipEntry(mastership.instanceId(), mastership.container(), mastership.token(),
					mastership.cause(), mastership.since(), Optional.ofNullable(until(mastership, next)),
					Optional.ofNullable(mastership.end()).map(End::cause),
					(before != null) ? withoutMaster(before, mastership) : Optional.empty()));
		}
		Collections.reverse(entries);
		return List.copyOf(entries);
	}

	/**
	 * A master that was frozen notices its end when the next one is there already, and
	 * clocks differ: there is no time with two masters, and none that ends before it
	 * begins.
	 */
	private static @Nullable Instant until(MastershipRecord mastership, @Nullable MastershipRecord next) {
		if (mastership.end() == null) {
			return null;
		}
		Instant until = mastership.end().at();
		if (next != null && next.since().isBefore(until)) {
			until = next.since();
		}
		return until.isBefore(mastership.since()) ? mastership.since() : until;
	}

	/** An end that was noticed after the next begin says nothing of the time between. */
	private static Optional<Duration> withoutMaster(MastershipRecord before, MastershipRecord mastership) {
		End end = before.end();
		if (end != null && !end.at().isAfter(mastership.since())) {
			return Optional.of(Duration.between(end.at(), mastership.since()));
		}
		return Optional.ofNullable(mastership.vacancy());
	}

}
