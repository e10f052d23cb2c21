package io.clustercontroller.process;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.clustercontroller.InvalidPropertyException;
import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import io.clustercontroller.Role;
import io.clustercontroller.process.DependsOnProperties.TimeoutAction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link DependsOnProperties}.
 */
class DependsOnPropertiesTests {

	private static final Member WEB = new Member("web-1", "web", "test", "web", Role.SLAVE, MemberState.RUNNING,
			List.of(), 100, Instant.EPOCH, Map.of());

	@Test
	void nothingIsDependedOnByDefaultAndAMinuteIsWaited() {
		DependsOnProperties properties = bind(Map.of());
		assertThat(properties.dependenciesOf(WEB)).isEmpty();
		assertThat(properties.dependsOnTimeout()).isEqualTo(Duration.ofMinutes(1));
		assertThat(properties.dependsOnTimeoutAction()).isEqualTo(TimeoutAction.FAIL);
	}

	@Test
	void everyKindOfEntryIsUnderstood() {
		assertThat(dependencies("db", "production/db", "tcp://redis:6379", "TCP://my_redis:6379/", "tcp://[::1]:80",
				"http://search", "HTTPS://search:9200/health?pretty", "http://my_search:9200/"))
			.containsExactly(new ServiceDependency(null, "db"), new ServiceDependency("production", "db"),
					new TcpDependency("redis", 6379), new TcpDependency("my_redis", 6379),
					new TcpDependency("[::1]", 80), new HttpDependency("http://search"),
					new HttpDependency("HTTPS://search:9200/health?pretty"),
					new HttpDependency("http://my_search:9200/"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "db", "production/db", "tcp://redis:6379", "https://search/health" })
	void textIsTheEntry(String entry) {
		assertThat(dependencies(entry)).singleElement().hasToString(entry);
	}

	@Test
	void listInVariableIsDividedByCommas() {
		assertThat(bind(Map.of("CLUSTERCONTROLLER_DEPENDSON", "db, tcp://redis:6379",
				"CLUSTERCONTROLLER_DEPENDSONTIMEOUT", "5m", "CLUSTERCONTROLLER_DEPENDSONTIMEOUTACTION", "continue")))
			.isEqualTo(new DependsOnProperties(List.of("db", "tcp://redis:6379"), Duration.ofMinutes(5),
					TimeoutAction.CONTINUE));
	}

	@Test
	void emptyVariableIsNothing() {
		assertThat(bind(Map.of("CLUSTERCONTROLLER_DEPENDSON", "")).dependsOn()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "db,", "db,,redis", ",db", "db, ,redis" })
	void blankEntryIsRefused(String list) {
		assertThatExceptionOfType(Exception.class).isThrownBy(() -> bind(Map.of("CLUSTERCONTROLLER_DEPENDSON", list)))
			.havingRootCause()
			.isInstanceOf(InvalidPropertyException.class)
			.withMessageContaining("an entry of the list is blank");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			udp://dns:53             | only 'tcp://', 'http://' and 'https://'
			://db                    | only 'tcp://', 'http://' and 'https://'
			redis:6379               | none of 'service', 'environment/service', 'tcp://host:port' and a URL
			a/b/c                    | none of 'service'
			/db                      | none of 'service'
			production/              | none of 'service'
			-db                      | none of 'service'
			my db                    | none of 'service'
			tcp://redis              | not of the form 'tcp://host:port'
			tcp://redis:             | not of the form 'tcp://host:port'
			tcp://:6379              | not of the form 'tcp://host:port'
			tcp://redis:port         | not of the form 'tcp://host:port'
			tcp://redis:6379/0       | not of the form 'tcp://host:port'
			tcp://redis:0            | a port is a number from 1 to 65535
			tcp://redis:65536        | a port is a number from 1 to 65535
			http://                  | not a URL
			http://a b/              | not a URL
			http://search:port/      | not a URL
			http:///health           | names no host
			http://search:0/         | a port is a number from 1 to 65535
			https://search:70000/    | a port is a number from 1 to 65535
			""")
	void entryThatCannotBeWaitedForIsRefused(String entry, String reason) {
		assertThatExceptionOfType(InvalidPropertyException.class).isThrownBy(() -> dependencies("db", entry))
			.satisfies((ex) -> assertThat(ex.getProperty()).isEqualTo("cluster-controller.depends-on"))
			.satisfies((ex) -> assertThat(ex.getValue()).isEqualTo(entry))
			.satisfies((ex) -> assertThat(ex.getReason()).contains(reason))
			.satisfies((ex) -> assertThat(ex.getRemedy()).contains("'cluster-controller.depends-on'",
					"CLUSTERCONTROLLER_DEPENDSON", "tcp://redis:6379"));
	}

	@Test
	void passwordIsRefusedAndNotShown() {
		assertThatExceptionOfType(InvalidPropertyException.class)
			.isThrownBy(() -> dependencies("http://user:s3cret@search/"))
			.withMessageContainingAll("http://******@search/", "of no use here")
			.satisfies((ex) -> assertThat(ex.getMessage() + ex.getValue()).doesNotContain("s3cret"));
	}

	@Test
	void duplicateIsRefused() {
		assertThatExceptionOfType(InvalidPropertyException.class)
			.isThrownBy(() -> dependencies("tcp://redis:6379", "db", "TCP://redis:6379/"))
			.withMessageContainingAll("TCP://redis:6379/", "once only");
	}

	@ParameterizedTest
	@ValueSource(strings = { "web", "test/web" })
	void ownServiceIsRefused(String entry) {
		assertThatExceptionOfType(InvalidPropertyException.class).isThrownBy(() -> dependencies("db", entry))
			.withMessageContainingAll("'" + entry + "'", "whose first master would wait for itself");
	}

	@Test
	void serviceOfTheSameNameInAnotherEnvironmentIsAnotherOne() {
		assertThat(dependencies("production/web")).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "-1s", "999ms", "366d" })
	void timeoutOutOfRangeIsRefused(String timeout) {
		assertThatExceptionOfType(Exception.class)
			.isThrownBy(() -> bind(Map.of("CLUSTERCONTROLLER_DEPENDSONTIMEOUT", timeout)))
			.havingRootCause()
			.isInstanceOf(InvalidPropertyException.class)
			.withMessageContainingAll("'cluster-controller.depends-on-timeout'", "between 1s and a year");
	}

	private static List<Dependency> dependencies(String... entries) {
		return new DependsOnProperties(List.of(entries), Duration.ofMinutes(1), TimeoutAction.FAIL).dependenciesOf(WEB);
	}

	private static DependsOnProperties bind(Map<String, Object> variables) {
		MutablePropertySources sources = new MutablePropertySources();
		sources.addLast(new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
				variables));
		return new Binder(ConfigurationPropertySources.from(sources)).bindOrCreate("cluster-controller",
				DependsOnProperties.class);
	}

}
