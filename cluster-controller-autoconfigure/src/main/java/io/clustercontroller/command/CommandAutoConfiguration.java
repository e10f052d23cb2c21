package io.clustercontroller.command;

import io.clustercontroller.command.CommandAutoConfiguration.Hints;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.io.ClassPathResource;

/**
 * {@link AutoConfiguration Auto-configuration} of what runs external commands. Nothing of
 * it is there until somebody runs one.
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "cluster-controller.enabled", matchIfMissing = true)
@ImportRuntimeHints(Hints.class)
public final class CommandAutoConfiguration {

	@Bean(destroyMethod = "close")
	@ConditionalOnMissingBean
	@Lazy
	Commands commands() {
		return new Commands();
	}

	/** A native image leaves out what it does not know to be read. */
	static class Hints implements RuntimeHintsRegistrar {

		@Override
		public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
			hints.resources().registerResource(new ClassPathResource(Guard.SCRIPT, Guard.class));
		}

	}

}
