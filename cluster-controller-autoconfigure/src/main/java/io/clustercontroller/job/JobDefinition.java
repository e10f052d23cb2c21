package io.clustercontroller.job;

import java.time.ZoneId;

import io.clustercontroller.coordination.Names;

/**
 * A job that is not a method with an annotation.
 *
 * @param name the name: letters, digits, '.', '_' and '-', beginning with a letter or
 * digit; the same on all instances
 * @param cron when it is due, in the words of Spring's cron expressions
 * @param zone the zone that the expression is meant in, the same on all instances
 * @param misfire what becomes of ticks that came due while nobody could claim them
 */
public record JobDefinition(String name, String cron, ZoneId zone, Misfire misfire) {

	/**
	 * @throws IllegalArgumentException if the name or the expression is none
	 */
	public JobDefinition {
		if (!Names.isValid(name)) {
			throw new IllegalArgumentException("Not the name of a job: '" + name
					+ "'. It consists of letters, digits, '.', '_' and '-', and begins with a letter or digit.");
		}
		JobSchedule.of(cron, zone);
	}

	JobSchedule schedule() {
		return JobSchedule.of(this.cron, this.zone);
	}

}
