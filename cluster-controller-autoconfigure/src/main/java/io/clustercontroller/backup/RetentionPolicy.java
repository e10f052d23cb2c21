package io.clustercontroller.backup;

/**
 * How many periods of each tier keep a backup; 0 switches a tier off.
 */
record RetentionPolicy(int hours, int days, int weeks, int months) {

	RetentionPolicy {
		if (Math.min(Math.min(hours, days), Math.min(weeks, months)) < 0) {
			throw new IllegalArgumentException("A negative count would drop everything");
		}
	}

	int count(Tier tier) {
		return switch (tier) {
			case HOURLY -> this.hours;
			case DAILY -> this.days;
			case WEEKLY -> this.weeks;
			case MONTHLY -> this.months;
		};
	}

}
