package io.clustercontroller.engine;

import java.util.HashMap;
import java.util.Map;

import io.clustercontroller.coordination.etcd.EtcdPropertiesConfiguration;

import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.StandardEnvironment;

/**
 * Starts an application that only binds the properties, with the real sources of a Spring
 * Boot application and with environment variables of the test's choice.
 */
final class TestStart {

	private final Map<String, Object> variables = new HashMap<>();

	private TestStart() {
	}

	static TestStart withoutVariables() {
		return new TestStart();
	}

	/** With the variables that are required. */
	static TestStart withRequiredVariables() {
		return withoutVariables().with("ETCD_HOSTS", "etcd-1").with("ENVIRONMENT", "test").with("SERVICE", "web");
	}

	TestStart with(String variable, String value) {
		this.variables.put(variable, value);
		return this;
	}

	ConfigurableApplicationContext run(String... args) {
		return run(Bound.class, args);
	}

	ConfigurableApplicationContext run(Class<?> configuration, String... args) {
		SpringApplication application = new SpringApplication(configuration);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.setBannerMode(Banner.Mode.OFF);
		application.setLogStartupInfo(false);
		application.setRegisterShutdownHook(false);
		application.setEnvironment(new StandardEnvironment() {

			@Override
			public Map<String, Object> getSystemEnvironment() {
				return TestStart.this.variables;
			}

		});
		return application.run(args);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(ClusterProperties.class)
	static class Bound extends EtcdPropertiesConfiguration {

	}

}
