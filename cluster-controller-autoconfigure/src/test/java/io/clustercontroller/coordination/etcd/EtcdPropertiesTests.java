package io.clustercontroller.coordination.etcd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.clustercontroller.InvalidPropertyException;
import io.clustercontroller.coordination.etcd.EtcdConnectionDetails.Endpoint;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link EtcdProperties}.
 */
class EtcdPropertiesTests {

	private static final EtcdProperties.Ssl NO_SSL = new EtcdProperties.Ssl(null, null);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withUserConfiguration(EtcdPropertiesConfiguration.class);

	@ParameterizedTest
	@CsvSource({ "etcd-1, etcd-1:2379", "etcd-1:2380, etcd-1:2380", "10.0.0.3, 10.0.0.3:2379",
			"' http://etcd-1 ', etcd-1:2379", "HTTP://etcd-1:1/, etcd-1:1", "[::1], [::1]:2379",
			"[fe80::1]:2380, [fe80::1]:2380", "etcd.example.org:65535, etcd.example.org:65535",
			"https://etcd-1, etcd-1:2379", "HTTPS://etcd-1:1/, etcd-1:1" })
	void hostBecomesEndpoint(String host, String endpoint) {
		assertThat(properties(host).endpoints()).hasToString("[" + endpoint + "]");
	}

	@Test
	void hostsBindFromOneTextAndKeepTheirOrder() {
		this.runner
			.withPropertyValues("cluster-controller.etcd.hosts= b, a:2380 ,,b:2379,",
					"cluster-controller.etcd.username=root", "cluster-controller.etcd.password=s3cret")
			.run((context) -> {
				EtcdProperties properties = context.getBean(EtcdProperties.class);
				assertThat(properties.endpoints()).containsExactly(new Endpoint("b", 2379), new Endpoint("a", 2380));
				assertThat(properties.username()).isEqualTo("root");
				assertThat(properties.password()).isEqualTo("s3cret");
			});
	}

	@Test
	void portServesHostsWithoutOne() {
		assertThat(new EtcdProperties(List.of("a", "b:1"), 4001, null, null, null, NO_SSL).endpoints())
			.containsExactly(new Endpoint("a", 4001), new Endpoint("b", 1));
	}

	@Test
	void credentialsAreOptional() {
		assertThat(new EtcdProperties(List.of("a"), 2379, "", "", null, NO_SSL).username()).isNull();
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

	@ParameterizedTest
	@CsvSource({ "a, , , false", "http://a, , , false", "https://a, , , true", "'a,https://b', , , true",
			"a, true, , true", "a, , mine, true", "https://a, true, mine, true", "a, false, mine, false",
			"http://a, false, mine, false" })
	void tlsIsSpokenWhereItIsAskedFor(String hosts, @Nullable Boolean enabled, @Nullable String bundle, boolean tls) {
		assertThat(withSsl(hosts, enabled, bundle).tls()).isEqualTo(tls);
	}

	@Test
	void hostsWithAndWithoutTlsAreRefused() {
		assertRefused(() -> withSsl("https://a,b,http://c", null, null), "cluster-controller.etcd.hosts",
				"https://a,b,http://c", "'http://c' is without TLS and 'https://a' with it", "'https://', or none");
	}

	@Test
	void hostsThatContradictTheSwitchAreRefused() {
		assertRefused(() -> withSsl("a,https://b", false, null), "cluster-controller.etcd.hosts", "https://b",
				"'cluster-controller.etcd.ssl.enabled' has switched off", "begin the host with 'http://'");
		assertRefused(() -> withSsl("a,http://b", true, null), "cluster-controller.etcd.hosts", "http://b",
				"'cluster-controller.etcd.ssl' has switched on", "'https://'");
		assertRefused(() -> withSsl("http://b", null, "mine"), "cluster-controller.etcd.hosts", "http://b",
				"'cluster-controller.etcd.ssl' has switched on", "cluster-controller.etcd.ssl.bundle");
	}

	@Test
	void withoutABundleTheCasOfTheJvmCount() {
		assertThat(new PropertiesEtcdConnectionDetails(withSsl("https://a", null, null), null).getSslBundle())
			.isNotNull();
		assertThat(new PropertiesEtcdConnectionDetails(withSsl("a", null, null), null).getSslBundle()).isNull();
	}

	@Test
	void unknownBundleIsRefused() {
		assertRefused(() -> new PropertiesEtcdConnectionDetails(withSsl("a", null, "mine"), null),
				"cluster-controller.etcd.ssl.bundle", "mine", "no SSL bundle of that name, nor any other",
				"'spring.ssl.bundle.pem.mine'");
		DefaultSslBundleRegistry others = new DefaultSslBundleRegistry("yours", SslBundle.systemDefault());
		assertRefused(() -> new PropertiesEtcdConnectionDetails(withSsl("a", null, "mine"), others),
				"cluster-controller.etcd.ssl.bundle", "mine", "but 'yours'", "to one that is defined");
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
		assertRefused(() -> new EtcdProperties(List.of("a"), port, null, null, null, NO_SSL),
				"cluster-controller.etcd.port", String.valueOf(port), "from 1 to 65535", "ETCD_PORT");
	}

	@Test
	void missingHostsAreRefused() {
		assertRefused(() -> properties("").endpoints(), "cluster-controller.etcd.hosts", null, "where etcd is",
				"ETCD_HOSTS");
		assertRefused(() -> EtcdConnections.properties().endpoints(), "cluster-controller.etcd.hosts", null,
				"where etcd is", "cluster-controller.coordinator=local");
	}

	@Test
	void oneOfUserAndPasswordIsRefused() {
		assertRefused(() -> new EtcdProperties(List.of("a"), 2379, "root", null, null, NO_SSL),
				"cluster-controller.etcd.password", null, "both", "ETCD_PASSWORD");
		assertRefused(() -> new EtcdProperties(List.of("a"), 2379, "", "s3cret", null, NO_SSL),
				"cluster-controller.etcd.username", null, "both", "ETCD_USERNAME");
	}

	@ParameterizedTest
	@CsvSource({ "s3cret", "'s3cret\n'", "'s3cret\r\n'" })
	void passwordComesFromAFileWithoutItsLineBreak(String content, @TempDir Path folder) throws IOException {
		Path file = Files.writeString(folder.resolve("secret"), content.translateEscapes());
		assertThat(withPasswordFile(null, file.toString()).readPassword()).isEqualTo("s3cret");
	}

	@Test
	void spacesAndFurtherLineBreaksBelongToThePassword(@TempDir Path folder) throws IOException {
		Path file = Files.writeString(folder.resolve("secret"), " s3 cret \n");
		assertThat(withPasswordFile(null, file.toString()).readPassword()).isEqualTo(" s3 cret ");
	}

	@Test
	void passwordFileThatIsNoneIsRefused(@TempDir Path folder) throws IOException {
		assertFileRefused(folder.resolve("missing"), "there is no such file");
		assertFileRefused(folder, "the file cannot be read");
		assertFileRefused(Files.createFile(folder.resolve("empty")), "the file is empty");
		assertFileRefused(Files.writeString(folder.resolve("line-break"), "\n"), "the file is empty");
		assertFileRefused(Files.writeString(folder.resolve("lines"), "s3cret\nof two lines\n"), "more than one line");
		assertFileRefused(Files.write(folder.resolve("binary"), new byte[] { (byte) 0xff, 0 }), "no text in UTF-8");
	}

	@Test
	void passwordAndPasswordFileAreRefused() {
		assertRefused(() -> withPasswordFile("s3cret", "/run/secrets/etcd"), "cluster-controller.etcd.password-file",
				"/run/secrets/etcd", "'cluster-controller.etcd.password' is set too", "ETCD_PASSWORD_FILE");
	}

	@Test
	void passwordFileWithoutUserIsRefused() {
		assertRefused(() -> new EtcdProperties(List.of("a"), 2379, null, null, "/run/secrets/etcd", NO_SSL),
				"cluster-controller.etcd.username", null, "both", "ETCD_USERNAME");
	}

	@Test
	void textDoesNotShowPassword() {
		assertThat(new EtcdProperties(List.of("a"), 2379, "root", "s3cret", null, NO_SSL)).asString()
			.contains("a", "2379", "root")
			.doesNotContain("s3cret");
	}

	private static EtcdProperties properties(String host) {
		return EtcdConnections.properties(host);
	}

	private static EtcdProperties withSsl(String hosts, @Nullable Boolean enabled, @Nullable String bundle) {
		return new EtcdProperties(List.of(hosts.split(",")), 2379, null, null, null,
				new EtcdProperties.Ssl(enabled, bundle));
	}

	private static EtcdProperties withPasswordFile(@Nullable String password, String file) {
		return new EtcdProperties(List.of("a"), 2379, "root", password, file, NO_SSL);
	}

	private static void assertFileRefused(Path file, String reason) {
		assertRefused(() -> withPasswordFile(null, file.toString()).readPassword(),
				"cluster-controller.etcd.password-file", file.toString(), reason, "'/run/secrets/etcd-password'");
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
