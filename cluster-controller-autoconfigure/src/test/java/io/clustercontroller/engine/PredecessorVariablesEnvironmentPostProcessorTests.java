package io.clustercontroller.engine;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.boot.origin.SystemEnvironmentOrigin;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PredecessorVariablesEnvironmentPostProcessor} among the real property
 * sources of an application.
 */
class PredecessorVariablesEnvironmentPostProcessorTests {

	private static final String PACKED = "classpath:io/clustercontroller/engine/packed.properties";

	@ParameterizedTest
	@CsvSource({ "ETCD_HOSTS, etcd.hosts", "ETCD_PORT, etcd.port", "ETCD_USERNAME, etcd.username",
			"ETCD_PASSWORD, etcd.password", "ETCD_PASSWORD_FILE, etcd.password-file", "ENVIRONMENT, environment",
			"SERVICE, service", "PORTS_WHEN_ACTIVE, ports-when-active",
			"TERMINATE_WHEN_NO_LONGER_ACTIVE, terminate-when-no-longer-active", "SERVICE_COMMAND, process.command",
			"SUPPRESS_LOG_REGEXP, process.suppress-log-regexp", "BACKUP_HOURS_TO_KEEP, backup.hours-to-keep",
			"BACKUP_DAYS_TO_KEEP, backup.days-to-keep", "BACKUP_WEEKS_TO_KEEP, backup.weeks-to-keep",
			"BACKUP_MONTHS_TO_KEEP, backup.months-to-keep", "BACKUP_DESTINATION_FOLDER, backup.destination-folder" })
	void variableBecomesPropertyAndKeepsItsName(String variable, String property) {
		try (ConfigurableApplicationContext context = TestStart.withoutVariables()
			.with(variable, "value")
			.run(Nothing.class)) {
			assertThat(context.getEnvironment().getProperty("cluster-controller." + property)).isEqualTo("value");
			assertThat(source(context).getOrigin("cluster-controller." + property))
				.isEqualTo(new SystemEnvironmentOrigin(variable));
		}
	}

	@Test
	void variableBeatsPackedFile() {
		try (ConfigurableApplicationContext context = packed().with("SERVICE", "variable").run(Nothing.class)) {
			assertThat(context.getEnvironment().getProperty("cluster-controller.environment")).isEqualTo("packed");
			assertThat(context.getEnvironment().getProperty("cluster-controller.service")).isEqualTo("variable");
		}
	}

	@Test
	void listInVariableReplacesIndexedListOfPackedFile() {
		try (ConfigurableApplicationContext context = packed().with("ETCD_HOSTS", "a, b:2380").run(Nothing.class)) {
			assertThat(hosts(context)).containsExactly("a", "b:2380");
		}
	}

	@Test
	void relaxedVariableBeatsVariable() {
		try (ConfigurableApplicationContext context = packed().with("SERVICE", "variable")
			.with("CLUSTERCONTROLLER_SERVICE", "relaxed")
			.with("ETCD_HOSTS", "variable")
			.with("CLUSTERCONTROLLER_ETCD_HOSTS_0", "relaxed")
			.run(Nothing.class)) {
			assertThat(Binder.get(context.getEnvironment()).bind("cluster-controller.service", String.class).get())
				.isEqualTo("relaxed");
			assertThat(hosts(context)).containsExactly("relaxed");
		}
	}

	@Test
	void systemPropertyBeatsVariable() {
		System.setProperty("cluster-controller.service", "system-property");
		try (ConfigurableApplicationContext context = packed().with("SERVICE", "variable").run(Nothing.class)) {
			assertThat(context.getEnvironment().getProperty("cluster-controller.service")).isEqualTo("system-property");
		}
		finally {
			System.clearProperty("cluster-controller.service");
		}
	}

	@Test
	void commandLineBeatsVariable() {
		try (ConfigurableApplicationContext context = packed().with("SERVICE", "variable")
			.run(Nothing.class, "--cluster-controller.service=argument")) {
			assertThat(context.getEnvironment().getProperty("cluster-controller.service")).isEqualTo("argument");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "  " })
	void blankVariableCountsAsNotSet(String blank) {
		try (ConfigurableApplicationContext context = packed().with("SERVICE", blank).run(Nothing.class)) {
			assertThat(context.getEnvironment().getProperty("cluster-controller.service")).isEqualTo("packed");
		}
	}

	@Test
	void packedFileMayReferToVariable() {
		try (ConfigurableApplicationContext context = TestStart.withoutVariables()
			.with("SERVICE", "packed")
			.with("SPRING_CONFIG_LOCATION",
					"classpath:io/clustercontroller/engine/${cluster-controller.service}.properties")
			.run(Nothing.class)) {
			assertThat(context.getEnvironment().getProperty("cluster-controller.environment")).isEqualTo("packed");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "False", "FALSE", "false", "no", "No", "0", "off" })
	void everyWayToSayNoIsFalse(String no) {
		try (ConfigurableApplicationContext context = TestStart.withRequiredVariables()
			.with("TERMINATE_WHEN_NO_LONGER_ACTIVE", no)
			.run()) {
			assertThat(context.getBean(ClusterProperties.class).terminateWhenNoLongerActive()).isFalse();
		}
	}

	@Test
	void variablesSufficeForBinding() {
		try (ConfigurableApplicationContext context = TestStart.withRequiredVariables()
			.with("PORTS_WHEN_ACTIVE", "80, 443,")
			.run()) {
			ClusterProperties properties = context.getBean(ClusterProperties.class);
			assertThat(properties.environment()).isEqualTo("test");
			assertThat(properties.service()).isEqualTo("web");
			assertThat(properties.portsWhenActive()).containsExactly(80, 443);
		}
	}

	private static TestStart packed() {
		return TestStart.withoutVariables().with("SPRING_CONFIG_LOCATION", PACKED);
	}

	private static List<String> hosts(ConfigurableApplicationContext context) {
		return Binder.get(context.getEnvironment())
			.bind("cluster-controller.etcd.hosts", Bindable.listOf(String.class))
			.get();
	}

	private static OriginTrackedMapPropertySource source(ConfigurableApplicationContext context) {
		return (OriginTrackedMapPropertySource) context.getEnvironment()
			.getPropertySources()
			.get(PredecessorVariablesEnvironmentPostProcessor.PROPERTY_SOURCE_NAME);
	}

	@Configuration(proxyBeanMethods = false)
	static class Nothing {

	}

}
