package io.clustercontroller.template;

import java.util.HashMap;
import java.util.Map;

import com.hubspot.jinjava.Jinjava;
import io.clustercontroller.InvalidPropertyException;
import io.clustercontroller.command.Commands;
import io.clustercontroller.command.InheritedEnvironment;
import io.clustercontroller.coordination.TimeSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * {@link AutoConfiguration Auto-configuration} for the files that are rendered before the
 * service starts.
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "cluster-controller.enabled", matchIfMissing = true)
@Conditional(OnTemplatesCondition.class)
@EnableConfigurationProperties(TemplateProperties.class)
public final class TemplateAutoConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Jinjava.class)
	static class WithJinjava {

		@Bean
		TemplateLifecycle templateLifecycle(TemplateProperties properties, ConfigurableEnvironment environment,
				ObjectProvider<Commands> commands, ObjectProvider<TimeSource> time) {
			Map<String, String> variables = new HashMap<>();
			environment.getSystemEnvironment().forEach((name, value) -> variables.put(name, value.toString()));
			return new TemplateLifecycle(properties.templates(),
					new TemplateRenderer(Variables.of(variables), time.getIfAvailable(() -> TimeSource.SYSTEM)),
					new CheckCommand(commands::getObject, InheritedEnvironment.of(variables, environment)));
		}

		@Bean
		static LazyInitializationExcludeFilter templateLifecycleLazyInitializationExcludeFilter() {
			return LazyInitializationExcludeFilter.forBeanTypes(TemplateLifecycle.class);
		}

	}

	/** A configuration of its own, so that a context without Jinjava does not start. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingClass("com.hubspot.jinjava.Jinjava")
	static class WithoutJinjava {

		WithoutJinjava(TemplateProperties properties) {
			throw new InvalidPropertyException(TemplateProperties.NAME + "[0].source",
					properties.templates().get(0).source(), "there is nothing on the class path to render it with",
					"Add the dependency 'com.hubspot.jinjava:jinjava', or remove '" + TemplateProperties.NAME + "'.");
		}

	}

}
