package io.clustercontroller.backup;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import io.clustercontroller.backup.Tier.Period;

/**
 * Which backups are kept: of each of the N newest periods that have a good backup the
 * first one, in each tier for itself, and the newest of all besides. Age alone drops
 * nothing. A pure function: it looks at no clock and at no file.
 */
final class Retention {

	private final RetentionPolicy policy;

	private final ZoneId zone;

	/** The first backup of each period that is kept, by tier and number of the period. */
	private final Map<Tier, TreeMap<Long, BackupId>> firsts = new EnumMap<>(Tier.class);

	private Retention(List<BackupId> counted, RetentionPolicy policy, ZoneId zone) {
		this.policy = policy;
		this.zone = zone;
		for (Tier tier : Tier.values()) {
			TreeMap<Long, BackupId> periods = new TreeMap<>();
			counted.forEach((id) -> periods.putIfAbsent(period(tier, id).number(), id));
			while (periods.size() > policy.count(tier)) {
				periods.pollFirstEntry();
			}
			this.firsts.put(tier, periods);
		}
	}

	/**
	 * Decide on each of the good backups of one name.
	 * @param now what is dated later is in the future: it is kept, and does not count
	 * @return a verdict on each, the oldest first
	 */
	static List<RetentionVerdict> apply(Collection<BackupId> backups, RetentionPolicy policy, ZoneId zone,
			Instant now) {
		List<BackupId> all = backups.stream().sorted().toList();
		List<BackupId> counted = all.stream().filter((id) -> !id.startedAt().isAfter(now)).toList();
		Retention retention = new Retention(counted, policy, zone);
		Optional<BackupId> latest = newest(backups, now);
		return all.stream()
			.map((id) -> id.startedAt().isAfter(now) ? future(id, latest)
					: retention.verdict(id, latest.filter(id::equals).isPresent()))
			.toList();
	}

	/**
	 * The newest that is not dated in the future, or else the newest of those that are.
	 */
	static Optional<BackupId> newest(Collection<BackupId> backups, Instant now) {
		return backups.stream()
			.filter((id) -> !id.startedAt().isAfter(now))
			.max(BackupId::compareTo)
			.or(() -> backups.stream().max(BackupId::compareTo));
	}

	private static RetentionVerdict future(BackupId id, Optional<BackupId> latest) {
		return new RetentionVerdict(id.toString(), id.startedAt(), Set.of(), latest.filter(id::equals).isPresent(),
				true, List.of("dated in the future, not counted"));
	}

	private RetentionVerdict verdict(BackupId id, boolean latest) {
		Set<Tier> tiers = EnumSet.noneOf(Tier.class);
		List<String> kept = new ArrayList<>(latest ? List.of("latest") : List.of());
		List<String> dropped = new ArrayList<>();
		for (Tier tier : Tier.values()) {
			String label = tier.label() + " " + period(tier, id).label();
			if (id.equals(this.firsts.getOrDefault(tier, new TreeMap<>()).get(period(tier, id).number()))) {
				tiers.add(tier);
				kept.add(label);
			}
			else {
				dropped.add(whyNot(tier, id, label));
			}
		}
		return new RetentionVerdict(id.toString(), id.startedAt(), tiers, latest, false,
				kept.isEmpty() ? dropped : kept);
	}

	private String whyNot(Tier tier, BackupId id, String label) {
		int count = this.policy.count(tier);
		if (count == 0) {
			return tier.label() + " is off";
		}
		BackupId first = this.firsts.getOrDefault(tier, new TreeMap<>()).get(period(tier, id).number());
		return (first != null) ? label + " has " + first + ", an earlier one"
				: label + " is not among the newest " + count;
	}

	private Period period(Tier tier, BackupId id) {
		return tier.period(id.startedAt(), this.zone);
	}

}
