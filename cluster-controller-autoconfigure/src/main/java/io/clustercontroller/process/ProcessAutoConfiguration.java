package io.clustercontroller.process;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

import io.clustercontroller.ClusterController;
import io.clustercontroller.ClusterTimings;
import io.clustercontroller.InvalidPropertyException;
import io.clustercontroller.Member;
import io.clustercontroller.command.Commands;
import io.clustercontroller.command.InheritedEnvironment;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.event.ClusterEvents;
import io.clustercontroller.process.ProcessAutoConfiguration.Supervision.OnCommandCondition;
import io.clustercontroller.process.ProcessProperties.RunOn;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.BindResult;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

/**
 * {@link AutoConfiguration Auto-configuration} of the supervised service, and of the end
 * of an instance whose service has stopped answering.
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "cluster-controller.enabled", matchIfMissing = true)
@EnableConfigurationProperties(ProcessProperties.class)
public final class ProcessAutoConfiguration {

	@Bean
	ApplicationEnd clusterApplicationEnd(ApplicationContext context, ClusterTimings timings) {
		return new ApplicationEnd(context, timings.stopTimeout());
	}

	@Bean
	@ConditionalOnBooleanProperty(name = "cluster-controller.terminate-when-no-longer-active", matchIfMissing = true)
	TerminateWhenNoLongerActive terminateWhenNoLongerActive(ApplicationEnd end,
			ObjectProvider<ServiceLifecycle> service) {
		Supplier<Optional<Supervisor>> supervisor = () -> Optional.ofNullable(service.getIfAvailable())
			.map(ServiceLifecycle::supervisor);
		return new TerminateWhenNoLongerActive(end::begin,
				() -> supervisor.get().map(Supervisor::steadyPid).orElse(TerminateWhenNoLongerActive.UNSUPERVISED),
				() -> supervisor.get().map(Supervisor::uptime).orElse(Duration.ZERO));
	}

	@Bean
	@ConditionalOnBooleanProperty("cluster-controller.terminate-when-filesystem-lock-lost")
	TerminateWhenFilesystemLockLost terminateWhenFilesystemLockLost(ApplicationEnd end) {
		return new TerminateWhenFilesystemLockLost(end::begin);
	}

	/** With a command. */
	@Configuration(proxyBeanMethods = false)
	@Conditional(OnCommandCondition.class)
	static class Supervision {

		@Bean
		ServiceLifecycle serviceLifecycle(ProcessProperties properties, Commands commands, ClusterController cluster,
				ClusterTimings timings, ClusterEvents events, ApplicationEnd end, Environment environment) {
			checkElection(properties, cluster.self(), environment);
			ServiceLauncher launcher = new ServiceLauncher(properties, commands, new ServiceEnvironment(
					InheritedEnvironment.of(System.getenv(), environment), properties.environment(), cluster), timings);
			return new ServiceLifecycle(properties, launcher, commands.capabilities(),
					() -> new Supervisor(properties, launcher, cluster, timings, events, end::begin,
							new Restarts(properties.restart(), new Random()), TimeSource.SYSTEM),
					timings, TimeSource.SYSTEM);
		}

		/** Who has to be active to become master, and master to be active, is neither. */
		private static void checkElection(ProcessProperties properties, Member self, Environment environment) {
			String when = environment.getProperty("cluster-controller.election.when", "joined");
			if (properties.runOn() == RunOn.MASTER && !self.ports().isEmpty() && when.equalsIgnoreCase("active")) {
				throw new InvalidPropertyException("cluster-controller.election.when", when,
						"with 'cluster-controller.process.run-on=master' the ports of a slave never answer, so nobody would "
								+ "become master",
						"Set 'cluster-controller.election.when' to 'joined', or 'cluster-controller.process.run-on' to "
								+ "'all'.");
			}
		}

		@Bean
		ServiceProcess serviceProcess(ServiceLifecycle lifecycle) {
			return new CurrentServiceProcess(lifecycle::supervisor);
		}

		@Bean
		static LazyInitializationExcludeFilter serviceLifecycleLazyInitializationExcludeFilter() {
			return LazyInitializationExcludeFilter.forBeanTypes(ServiceLifecycle.class,
					TerminateWhenNoLongerActive.class);
		}

		/** The words may be given in one text or one by one; a blank text is none. */
		static class OnCommandCondition extends SpringBootCondition {

			@Override
			public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
				BindResult<List<String>> words = Binder.get(context.getEnvironment())
					.bind("cluster-controller.process.command", Bindable.listOf(String.class));
				boolean present = words.isBound() && words.get().stream().anyMatch(StringUtils::hasText);
				return new ConditionOutcome(present, ConditionMessage.forCondition("Supervised Service")
					.because(present ? "there is a command" : "there is no command"));
			}

		}

	}

}
