package io.clustercontroller.job;

import io.clustercontroller.ClusterController;
import io.clustercontroller.ClusterTimings;
import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.Records;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.event.ClusterEvents;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.annotation.ScheduledAnnotationBeanPostProcessor;
import org.springframework.util.function.SingletonSupplier;

/**
 * {@link AutoConfiguration Auto-configuration} of {@link MasterOnly} and of the job
 * ledger.
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "cluster-controller.enabled", matchIfMissing = true)
public final class JobAutoConfiguration {

	@Bean
	static MasterOnlyPostProcessor masterOnlyPostProcessor(ObjectProvider<Guard> guard, ObjectProvider<Jobs> jobs,
			Environment environment) {
		boolean proxyTargetClass = isProxyTargetClass(environment);
		GuardedMethods methods = new GuardedMethods();
		MasterOnlyInterceptor interceptor = new MasterOnlyInterceptor(methods, SingletonSupplier.of(guard::getObject),
				SingletonSupplier.of(jobs::getObject));
		return new MasterOnlyPostProcessor(methods, interceptor, new MasterOnlyRules(proxyTargetClass),
				proxyTargetClass);
	}

	@Bean
	MasterOnlyBeans masterOnlyBeans(ConfigurableListableBeanFactory beanFactory, Jobs jobs, Environment environment) {
		return new MasterOnlyBeans(beanFactory, new MasterOnlyRules(isProxyTargetClass(environment)), jobs);
	}

	@Bean
	Guard masterOnlyGuard(ClusterController cluster) {
		return new Guard(cluster, TimeSource.SYSTEM);
	}

	@Bean
	GuardWatch masterOnlyGuardWatch(Guard guard, ClusterTimings timings, ApplicationContext context) {
		return new GuardWatch(guard, timings, TimeSource.SYSTEM, context);
	}

	@Bean
	Jobs clusterJobs(ClusterController cluster, Coordinator coordinator, Guard guard, ClusterEvents events,
			ConfigurableListableBeanFactory beanFactory) {
		return new Jobs(records(cluster, coordinator), guard, cluster, events,
				new JobThreads(() -> scheduler(beanFactory), TimeSource.SYSTEM), TimeSource.SYSTEM);
	}

	@Bean
	JobOperations jobOperations(Jobs jobs, ClusterController cluster, Coordinator coordinator) {
		return new LedgerJobOperations(jobs, records(cluster, coordinator), cluster, TimeSource.SYSTEM);
	}

	private static Records records(ClusterController cluster, Coordinator coordinator) {
		return coordinator.records(cluster.self().environment(), cluster.self().service());
	}

	private static boolean isProxyTargetClass(Environment environment) {
		return environment.getProperty("spring.aop.proxy-target-class", Boolean.class, true);
	}

	/** The one that runs what is scheduled, if that can be said. */
	private static @Nullable TaskScheduler scheduler(ConfigurableListableBeanFactory beanFactory) {
		TaskScheduler unique = beanFactory.getBeanProvider(TaskScheduler.class).getIfUnique();
		String name = ScheduledAnnotationBeanPostProcessor.DEFAULT_TASK_SCHEDULER_BEAN_NAME;
		return (unique == null && beanFactory.containsBean(name)) ? beanFactory.getBean(name, TaskScheduler.class)
				: unique;
	}

	@Bean
	static LazyInitializationExcludeFilter jobLazyInitializationExcludeFilter() {
		return LazyInitializationExcludeFilter.forBeanTypes(GuardWatch.class, Jobs.class, MasterOnlyBeans.class);
	}

}
