package io.clustercontroller.engine;

import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.boot.origin.OriginTrackedValue;
import org.springframework.boot.origin.SystemEnvironmentOrigin;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.util.StringUtils;

/**
 * Makes the environment variables of the Python package docker-cluster-controller work as
 * properties. Their source stands just below the system environment: they beat what is
 * packed in the application, and {@code CLUSTERCONTROLLER_...} variables, system
 * properties and command-line arguments beat them. A blank variable counts as not set.
 */
class PredecessorVariablesEnvironmentPostProcessor implements EnvironmentPostProcessor, Ordered {

	static final String PROPERTY_SOURCE_NAME = "clusterControllerVariables";

	private static final Map<String, String> PROPERTIES = Map.ofEntries(Map.entry("ETCD_HOSTS", "etcd.hosts"),
			Map.entry("ETCD_PORT", "etcd.port"), Map.entry("ETCD_USERNAME", "etcd.username"),
			Map.entry("ETCD_PASSWORD", "etcd.password"), Map.entry("ETCD_PASSWORD_FILE", "etcd.password-file"),
			Map.entry("ENVIRONMENT", "environment"), Map.entry("SERVICE", "service"),
			Map.entry("PORTS_WHEN_ACTIVE", "ports-when-active"),
			Map.entry("TERMINATE_WHEN_NO_LONGER_ACTIVE", "terminate-when-no-longer-active"),
			Map.entry("SERVICE_COMMAND", "process.command"),
			Map.entry("SUPPRESS_LOG_REGEXP", "process.suppress-log-regexp"),
			Map.entry("BACKUP_HOURS_TO_KEEP", "backup.hours-to-keep"),
			Map.entry("BACKUP_DAYS_TO_KEEP", "backup.days-to-keep"),
			Map.entry("BACKUP_WEEKS_TO_KEEP", "backup.weeks-to-keep"),
			Map.entry("BACKUP_MONTHS_TO_KEEP", "backup.months-to-keep"),
			Map.entry("BACKUP_DESTINATION_FOLDER", "backup.destination-folder"));

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		MutablePropertySources sources = environment.getPropertySources();
		PropertySource<?> variables = sources.get(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
		if (variables == null) {
			return;
		}
		Map<String, Object> properties = properties(variables);
		if (!properties.isEmpty()) {
			sources.addAfter(variables.getName(),
					new OriginTrackedMapPropertySource(PROPERTY_SOURCE_NAME, properties, true));
		}
	}

	private static Map<String, Object> properties(PropertySource<?> variables) {
		Map<String, Object> properties = new LinkedHashMap<>();
		PROPERTIES.forEach((variable, property) -> {
			if (variables.getProperty(variable) instanceof String value && StringUtils.hasText(value)) {
				properties.put("cluster-controller." + property,
						OriginTrackedValue.of(value, new SystemEnvironmentOrigin(variable)));
			}
		});
		return properties;
	}

	/**
	 * Before the files are loaded, so that these can refer to the properties, for
	 * instance in {@code spring.config.import}.
	 */
	@Override
	public int getOrder() {
		return ConfigDataEnvironmentPostProcessor.ORDER - 1;
	}

}
