package io.clustercontroller.engine;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.boot.origin.SystemEnvironmentOrigin;
import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.StandardEnvironment;

/**
 * A property with its value and where that came from, as failure analyses name it. Shows
 * no password.
 *
 * @param property the full name of the property
 * @param value the value, or {@code null} if the property is not set
 * @param origin where the value came from, if that is known
 */
record GivenValue(String property, @Nullable String value, @Nullable Origin origin) {

	GivenValue {
		if (value != null && property.endsWith("password")) {
			value = "******";
		}
		if (origin instanceof PropertySourceOrigin wrapper && wrapper.getOrigin() != null) {
			origin = wrapper.getOrigin();
		}
	}

	/** The same property with the origin that the environment knows. */
	static GivenValue of(String property, @Nullable String value, ConfigurableEnvironment environment) {
		ConfigurationPropertyName name = ConfigurationPropertyName.of(property);
		for (ConfigurationPropertySource source : ConfigurationPropertySources.from(environment.getPropertySources())) {
			ConfigurationProperty found = find(source, name);
			if (found != null) {
				return new GivenValue(property, value, found.getOrigin());
			}
		}
		return new GivenValue(property, value, null);
	}

	private static @Nullable ConfigurationProperty find(ConfigurationPropertySource source,
			ConfigurationPropertyName name) {
		ConfigurationProperty property = source.getConfigurationProperty(name);
		if (property == null && source instanceof IterableConfigurationPropertySource iterable) {
			for (ConfigurationPropertyName candidate : iterable) {
				// A list may be given element by element
				if (name.isAncestorOf(candidate)) {
					return source.getConfigurationProperty(candidate);
				}
			}
		}
		return property;
	}

	/** A clause such as {@code 'a.b' has the value 'c', set by d}. */
	String description() {
		if (this.value == null) {
			return "'" + this.property + "' is not set";
		}
		return "'" + this.property + "' has the value '" + this.value + "'"
				+ ((this.origin != null) ? ", set by " + describe(this.origin) : "");
	}

	/**
	 * What the user has to change: the variable where one was used, else the property.
	 */
	String whatToSet() {
		return (this.origin instanceof SystemEnvironmentOrigin variable)
				? "the environment variable " + variable.getProperty() : "'" + this.property + "'";
	}

	private static String describe(Origin origin) {
		if (origin instanceof SystemEnvironmentOrigin variable) {
			return "the environment variable " + variable.getProperty();
		}
		if (origin instanceof PropertySourceOrigin source) {
			return switch (source.getPropertySource().getName()) {
				case CommandLinePropertySource.COMMAND_LINE_PROPERTY_SOURCE_NAME -> "a command-line argument";
				case StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME -> "a system property";
				default -> source.toString();
			};
		}
		return origin.toString();
	}

}
