package io.clustercontroller.job;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Set;

import io.clustercontroller.job.MasterOnlyRules.Refusal;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.EmbeddedValueResolver;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.annotation.Schedules;
import org.springframework.scheduling.config.TaskManagementConfigUtils;

/**
 * Reads from {@link Scheduled} when a method with a ledger is due.
 */
final class ScheduledMethods {

	private static final String REMEDY = "Give it one @Scheduled(cron = \"...\"), with a 'zone' if the instances may "
			+ "have different ones.";

	private final ConfigurableListableBeanFactory beanFactory;

	ScheduledMethods(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	/**
	 * The job that a method is.
	 * @throws InvalidMasterOnlyException if it has no ticks that the instances could
	 * agree on
	 */
	JobDefinition definition(String beanName, GuardedMethod guarded) {
		Refusal refusal = new Refusal(beanName, guarded);
		Set<Scheduled> found = AnnotatedElementUtils.getMergedRepeatableAnnotations(guarded.method(), Scheduled.class,
				Schedules.class);
		refusal.when(found.isEmpty(), "has 'oncePerTick' but no @Scheduled that could tick", REMEDY);
		refusal.when(found.size() > 1,
				"has 'oncePerTick' and several @Scheduled, so that it is not clear what a tick is", REMEDY);
		Scheduled scheduled = found.iterator().next();
		refusal.when(scheduled.cron().isEmpty(),
				"has 'oncePerTick' with a fixed rate or delay, whose ticks begin with each process, so that the "
						+ "instances cannot agree on what a tick is",
				REMEDY);
		String cron = isSchedulingEnabled() ? resolve(scheduled.cron()) : JobSchedule.DISABLED;
		return definition(guarded.rules(), cron, resolve(scheduled.zone()), refusal);
	}

	private static JobDefinition definition(MasterOnly rules, String cron, String zone, Refusal refusal) {
		try {
			ZoneId zoneId = zone.isEmpty() ? ZoneId.systemDefault() : ZoneId.of(zone);
			return new JobDefinition(rules.name(), cron, zoneId, rules.misfire());
		}
		catch (IllegalArgumentException | DateTimeException ex) {
			refusal.when(true, "has a schedule that cannot be read: " + ex.getMessage(), REMEDY);
			throw ex;
		}
	}

	/** Without it nobody calls the method by schedule, and nothing is missed. */
	private boolean isSchedulingEnabled() {
		return this.beanFactory.containsBean(TaskManagementConfigUtils.SCHEDULED_ANNOTATION_PROCESSOR_BEAN_NAME);
	}

	/** Placeholders and expressions, as the scheduler does it. */
	private String resolve(String text) {
		String resolved = new EmbeddedValueResolver(this.beanFactory).resolveStringValue(text);
		return (resolved != null) ? resolved.trim() : "";
	}

}
