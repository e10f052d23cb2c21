package io.clustercontroller.coordination.etcd;

import java.net.URI;
import java.util.List;

import io.clustercontroller.InvalidPropertyException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link EtcdProperties}.
 */
class EtcdPropertiesTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withUserConfiguration(EtcdPropertiesConfiguration.class);

	@ParameterizedTest
	@CsvSource({ "etcd-1, http://etcd-1:2379", "etcd-1:2380, http://etcd-1:2380", "10.0.0.3, http://10.0.0.3:2379",
			"' http://etcd-1 ', http://etcd-1:2379", "HTTP://etcd-1:1/, http://etcd-1:1", "[::1], http://[::1]:2379",
			"[fe80::1]:2380, http://[fe80::1]:2380", "etcd.example.org:65535, http://etcd.example.org:65535" })
	void hostBecomesEndpoint(String host, URI endpoint) {
		assertThat(properties(host).endpoints()).containsExactly(endpoint);
	}

	@Test
	void hostsBindFromOneTextAndKeepTheirOrder() {
		this.runner
			.withPropertyValues("cluster-controller.etcd.hosts= b, a:2380 ,,b:2379,",
					"cluster-controller.etcd.username=root", "cluster-controller.etcd.password=s3cret")
			.run((context) -> {
				EtcdProperties properties = context.getBean(EtcdProperties.class);
				assertThat(properties.endpoints()).containsExactly(URI.create("http://b:2379"),
						URI.create("http://a:2380"));
				assertThat(properties.username()).isEqualTo("root");
				assertThat(properties.password()).isEqualTo("s3cret");
			});
	}

	@Test
	void portServesHostsWithoutOne() {
		assertThat(new EtcdProperties(List.of("a", "b:1"), 4001, null, null).endpoints())
			.containsExactly(URI.create("http://a:4001"), URI.create("http://b:1"));
	}

	@Test
	void credentialsAreOptional() {
		assertThat(new EtcdProperties(List.of("a"), 2379, "", "").username()).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "a b", "a:b", "a:-1", "a:99999999999", "::1", "[::1", "ftp://a", "a/b", "a?b", "a#b",
			":2379", "http://", "a:1:2" })
	void hostThatIsNoneIsRefused(String host) {
		assertRefused(() -> properties(host), "cluster-controller.etcd.hosts", host, "it is none of", "ETCD_HOSTS");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a:0", "a:65536", "http://a:70000" })
	void portOfHostOutOfRangeIsRefused(String host) {
		assertRefused(() -> properties(host), "cluster-controller.etcd.hosts", host, "from 1 to 65535", "ETCD_HOSTS");
	}

	@ParameterizedTest
	@ValueSource(strings = { "my_etcd", "my_etcd:2379", "http://my_etcd:2379" })
	void underscoreIsRefused(String host) {
		assertRefused(() -> properties(host), "cluster-controller.etcd.hosts", host, "'_'",
				"network alias without underscore");
	}

	@Test
	void tlsIsRefused() {
		assertRefused(() -> properties("https://a:2379"), "cluster-controller.etcd.hosts", "https://a:2379",
				"TLS is not supported yet", "without TLS");
	}

	@ParameterizedTest
	@CsvSource({ "http://root:a/b@c@etcd, http://******@etcd", "root:s@etcd:1, ******@etcd:1",
			"https://root:s@etcd, https://******@etcd" })
	void credentialsInHostAreRefusedAndMasked(String host, String shown) {
		assertRefused(() -> properties(host), "cluster-controller.etcd.hosts", shown, "do not belong here",
				"ETCD_PASSWORD");
	}

	@ParameterizedTest
	@ValueSource(ints = { -1, 0, 65536 })
	void portOutOfRangeIsRefused(int port) {
		assertRefused(() -> new EtcdProperties(List.of("a"), port, null, null), "cluster-controller.etcd.port",
				String.valueOf(port), "from 1 to 65535", "ETCD_PORT");
	}

	@Test
	void missingHostsAreRefused() {
		assertRefused(() -> properties(""), "cluster-controller.etcd.hosts", null, "where etcd is", "ETCD_HOSTS");
		assertRefused(() -> new EtcdProperties(List.of(), 2379, null, null), "cluster-controller.etcd.hosts", null,
				"where etcd is", "cluster-controller.coordinator=local");
	}

	@Test
	void oneOfUserAndPasswordIsRefused() {
		assertRefused(() -> new EtcdProperties(List.of("a"), 2379, "root", null), "cluster-controller.etcd.password",
				null, "both", "ETCD_PASSWORD");
		assertRefused(() -> new EtcdProperties(List.of("a"), 2379, "", "s3cret"), "cluster-controller.etcd.username",
				null, "both", "ETCD_USERNAME");
	}

	@Test
	void textDoesNotShowPassword() {
		assertThat(new EtcdProperties(List.of("a"), 2379, "root", "s3cret")).asString()
			.contains("a", "2379", "root")
			.doesNotContain("s3cret");
	}

	private static EtcdProperties properties(String host) {
		return new EtcdProperties(List.of(host), 2379, null, null);
	}

	private static void assertRefused(Runnable action, String property, @Nullable String value, String reason,
			String remedy) {
		assertThatExceptionOfType(InvalidPropertyException.class).isThrownBy(action::run).satisfies((failure) -> {
			assertThat(failure.getProperty()).isEqualTo(property);
			assertThat(failure.getValue()).isEqualTo(value);
			assertThat(failure.getReason()).contains(reason);
			assertThat(failure.getRemedy()).contains(remedy);
		});
	}

}
