package io.clustercontroller.testing;

import java.nio.file.Path;
import java.util.Map;

import io.clustercontroller.ClusterController;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.util.ClassUtils;

/**
 * The application in a {@link ClusterProcess}: what a user would write, with a witness
 * that notes every event and every moment of mastership.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class ClusterApplication {

	static final String TIMELINE = "test.timeline";

	static final String APPLICATION = "test.application";

	public static void main(String[] args) {
		ClusterCommands commands = new ClusterCommands();
		SpringApplication application = application(new SimpleCommandLinePropertySource(args).getProperty(APPLICATION));
		application.setBannerMode(Banner.Mode.OFF);
		ConfigurableApplicationContext context = application.run(args);
		commands.execute(context);
	}

	private static SpringApplication application(@Nullable String name) {
		if (name != null) {
			return new SpringApplication(ClassUtils.resolveClassName(name, null), ClusterApplication.class);
		}
		SpringApplication application = new SpringApplication(ClusterApplication.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		return application;
	}

	@Bean
	static TimelineWriter timelineWriter(Environment environment) {
		return new TimelineWriter(Path.of(environment.getRequiredProperty(TIMELINE)));
	}

	@Bean
	MasterSampler masterSampler(ClusterController controller, TimelineWriter timeline) {
		return new MasterSampler(controller, timeline);
	}

	@Bean
	EventWitness eventWitness(TimelineWriter timeline) {
		return new EventWitness(timeline);
	}

	@Bean
	TroublesomeListener troublesomeListener(Environment environment) {
		return new TroublesomeListener(environment);
	}

	@Bean
	ApplicationListener<ContextRefreshedEvent> refreshWitness(ClusterController controller, TimelineWriter timeline) {
		return (event) -> timeline.write(Fact.Kind.REFRESHED,
				Map.of("instanceId", controller.self().instanceId(), "state", controller.state().name()));
	}

	@Bean
	ApplicationListener<ContextClosedEvent> closeWitness(TimelineWriter timeline) {
		return (event) -> timeline.write(Fact.Kind.CLOSING, Map.of());
	}

}
