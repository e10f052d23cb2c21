package io.clustercontroller.backup;

import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * What becomes of a backup, and why.
 *
 * @param id the backup
 * @param startedAt when it began
 * @param tiers those that it is kept in
 * @param latest whether it is the newest one, which is kept in any case
 * @param future whether it is dated in the future: then it stays as it is, and does not
 * count
 * @param reasons for people, such as {@code hourly 2024-03-10T02Z}; never empty
 */
public record RetentionVerdict(String id, Instant startedAt, Set<Tier> tiers, boolean latest, boolean future,
		List<String> reasons) {

	public RetentionVerdict {
		tiers = Set.copyOf(tiers);
		reasons = List.copyOf(reasons);
	}

	/** Whether it stays. */
	public boolean kept() {
		return !this.tiers.isEmpty() || this.latest || this.future;
	}

	@Override
	public String toString() {
		return "%s %s: %s".formatted(this.id, kept() ? "stays" : "goes", String.join(", ", this.reasons));
	}

}
