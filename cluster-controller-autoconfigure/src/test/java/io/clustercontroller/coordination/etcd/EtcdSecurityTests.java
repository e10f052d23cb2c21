package io.clustercontroller.coordination.etcd;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.clustercontroller.ClusterController;
import io.clustercontroller.Member;
import io.clustercontroller.coordination.CoordinationRefusedException;
import io.clustercontroller.engine.ClusterControllerAutoConfiguration;
import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.BecameSlaveEvent;
import io.clustercontroller.testing.Certificates;
import io.clustercontroller.testing.Certificates.Certificate;
import io.clustercontroller.testing.EtcdProcess;
import io.clustercontroller.testing.TcpProxy;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleRegistry;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * An etcd that asks its clients for certificates and users, and what applications are
 * told that it does not let in. All applications start at once, since most of them have
 * to wait; the tests look at one after the other.
 */
@TestInstance(Lifecycle.PER_CLASS)
class EtcdSecurityTests {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	/** Shorter than the 3.3 s between two renewals, so that no token lives so long. */
	private static final String TOKEN_TTL = "2";

	private static final String ROOT_PASSWORD = "root-s3cret";

	private final Map<String, CompletableFuture<AnnotationConfigApplicationContext>> starts = new ConcurrentHashMap<>();

	private Certificates ours;

	private Certificates others;

	private Certificate client;

	private Path password;

	private Path wrongPassword;

	private EtcdProcess etcd;

	private EtcdProcess expired;

	private EtcdProcess plain;

	@BeforeAll
	void startAll(@TempDir Path folder) throws Exception {
		this.ours = new Certificates(folder, "ours");
		this.others = new Certificates(folder, "others");
		this.client = this.ours.issue("app");
		this.password = Files.writeString(folder.resolve("password"), "app-s3cret\n");
		this.wrongPassword = Files.writeString(folder.resolve("wrong-password"), "wr0ng-s3cret\n");
		Certificate server = this.ours.issue("localhost");
		this.etcd = EtcdProcess.launchWithTls("--cert-file", server.certificate(), "--key-file", server.key(),
				"--client-cert-auth", "--trusted-ca-file", this.ours.authority(), "--auth-token", "simple",
				"--auth-token-ttl", TOKEN_TTL);
		this.etcd.enableAuth(ROOT_PASSWORD, "app", "app-s3cret", "/prod/web/");
		this.etcd.allowToRead("app", "/prod/db/members/");
		this.etcd.allowToRead("app", "/prod/db/master");
		this.etcd.addUser("reload", "app-s3cret", "/prod/reload/");
		this.etcd.addUser("guest", "app-s3cret", "/prod/guest/");
		this.etcd.addUser("endpoints", "app-s3cret", "/prod/endpoints/");
		Certificate old = this.ours.issueExpired("localhost");
		this.expired = EtcdProcess.launchWithTls("--cert-file", old.certificate(), "--key-file", old.key());
		this.plain = EtcdProcess.launch();
		startSecure("tokens").user("app", this.password).begin();
		startSecure("wrong password").user("app", this.wrongPassword).begin();
		startSecure("no right").user("app", this.password).with("cluster-controller.service=web2").begin();
		start("wrong authority").https("localhost", this.etcd).trust(this.others).begin();
		start("authorities of the JVM").https("localhost", this.etcd).begin();
		start("expired").https("localhost", this.expired).trust(this.ours).begin();
		start("wrong host").https("127.0.0.1", this.etcd).trust(this.ours).begin();
		start("no certificate").https("localhost", this.etcd).trust(this.ours).begin();
		start("wrong certificate").https("localhost", this.etcd)
			.trust(this.ours)
			.identity(this.others.issue("app"))
			.begin();
		start("plain client").with("cluster-controller.etcd.hosts=localhost:" + this.etcd.tlsPort())
			.with("cluster-controller.start-timeout=12s")
			.begin();
		start("plain etcd").with("cluster-controller.etcd.hosts=" + this.plain.endpoint().replace("http:", "https:"))
			.with("cluster-controller.start-timeout=12s")
			.begin();
	}

	@AfterAll
	void end() {
		this.starts.values().forEach((start) -> start.thenAccept(AnnotationConfigApplicationContext::close));
		Stream.of(this.etcd, this.expired, this.plain).forEach(EtcdProcess::close);
	}

	@Test
	void etcdWhoseAuthorityIsNotTrusted() {
		assertRefused("wrong authority", "the certificate of etcd is not signed by a CA that is trusted here",
				"'cluster-controller.etcd.ssl.bundle' a trust store with the CA of etcd");
	}

	@Test
	void etcdWhoseAuthorityTheJvmDoesNotTrustWhereThereIsNoBundle() {
		assertRefused("authorities of the JVM", "the certificate of etcd is not signed by a CA that is trusted here",
				"'cluster-controller.etcd.ssl.bundle'");
	}

	@Test
	void etcdWhoseCertificateHasExpired() {
		assertRefused("expired", "the certificate of etcd has expired (", "Give etcd a new certificate");
	}

	@Test
	void etcdWhoseCertificateIsForAnotherHost() {
		assertRefused("wrong host", "the certificate of etcd is not one for '127.0.0.1'", "ETCD_HOSTS");
	}

	@Test
	void clientWithoutTheCertificateThatEtcdAsksFor() {
		assertRefused("no certificate", "etcd asks for a certificate of its client, and there is none",
				"'cluster-controller.etcd.ssl.bundle' a key store");
	}

	@Test
	void clientWithACertificateThatEtcdDoesNotTrust() {
		assertRefused("wrong certificate", "etcd refuses the certificate of this client", "--trusted-ca-file");
	}

	@Test
	void clientWithoutTlsWhereEtcdSpeaksIt() {
		assertThat(failure("plain client")).rootCause()
			.hasMessageStartingWith("Could not join etcd at localhost:%d within 12s; last error: ", this.etcd.tlsPort())
			.hasMessageContaining("speaks TLS only: is 'https://' missing in ETCD_HOSTS");
	}

	@Test
	void clientWithTlsWhereEtcdDoesNotSpeakIt() {
		assertThat(failure("plain etcd")).rootCause()
			.hasMessageStartingWith("Could not join etcd at 127.0.0.1:")
			.hasMessageContaining(
					"speaks no TLS: are 'https://' in ETCD_HOSTS and 'cluster-controller.etcd.ssl' right?");
	}

	@Test
	void wrongPassword() {
		Throwable failure = assertRefused("wrong password", "etcd refuses the user 'app' or its password",
				"Check ETCD_USERNAME and ETCD_PASSWORD (cluster-controller.etcd.username, .password), or "
						+ "ETCD_PASSWORD_FILE (.password-file).");
		StringWriter trace = new StringWriter();
		failure.printStackTrace(new PrintWriter(trace));
		assertThat(trace.toString()).doesNotContain("s3cret");
	}

	@Test
	void userWithoutTheRight() {
		assertRefused("no right", "etcd denies the user 'app' a right that it needs",
				"to read and write all keys under");
	}

	@Test
	void otherServicesAreSeenWhereTheUserMayReadTheirMembersAndMaster() {
		ClusterController controller = started("tokens").getBean(ClusterController.class);
		assertThat(controller.members("db")).isEmpty();
		assertThatIllegalStateException().isThrownBy(() -> controller.members("cache"))
			.withMessageContaining("etcd denies the user 'app' a right that it needs");
	}

	@Test
	void userWhoseRightIsTakenAwayLosesTheSession() {
		startSecure("guest").user("guest", this.password)
			.with("cluster-controller.service=guest")
			.with("cluster-controller.session.ttl=3s")
			.begin();
		ClusterController controller = started("guest").getBean(ClusterController.class);
		assertThat(controller.isMaster()).isTrue();
		this.etcd.authenticate("root", ROOT_PASSWORD);
		this.etcd.forbid("guest", "/prod/guest/");
		Awaitility.await().atMost(LIMIT).until(() -> controller.sessionRemaining().isZero());
	}

	@Test
	void certificateNamesTheUserWhereThereIsNoPassword() {
		startSecure("certificate alone").with("cluster-controller.election.priority=0").begin();
		assertThat(started("certificate alone").getBean(ClusterController.class).sessionRemaining()).isPositive();
	}

	@Test
	void masterOutlivesTheEndOfEitherOfTwoEndpoints() {
		String endpoint = "https://localhost:" + this.etcd.tlsPort();
		try (TcpProxy one = TcpProxy.to(endpoint); TcpProxy other = TcpProxy.to(endpoint)) {
			start("endpoints")
				.with("cluster-controller.etcd.hosts=https://localhost:%d,https://localhost:%d".formatted(one.port(),
						other.port()))
				.trust(this.ours)
				.identity(this.client)
				.user("endpoints", this.password)
				.with("cluster-controller.service=endpoints")
				.begin();
			ClusterController controller = started("endpoints").getBean(ClusterController.class);
			assertThat(controller.isMaster()).isTrue();
			// whichever of them it has been using
			one.cut();
			awaitConfirmation(controller);
			one.pass();
			other.cut();
			awaitConfirmation(controller);
			assertThat(events("endpoints")).singleElement().isInstanceOf(BecameMasterEvent.class);
			started("endpoints").close();
		}
	}

	/** Wait for one that is not there yet. */
	private static void awaitConfirmation(ClusterController controller) {
		long end = System.nanoTime() + controller.sessionRemaining().toNanos();
		Awaitility.await()
			.atMost(LIMIT)
			.until(() -> System.nanoTime() + controller.sessionRemaining().toNanos() - end > 1_000_000_000);
	}

	/** The right to the prefix of the service is all that the user has. */
	@Test
	void masterOutlivesItsTokensAndTheRestartThatForgetsThem() {
		ClusterController controller = started("tokens").getBean(ClusterController.class);
		Awaitility.await().atMost(LIMIT).until(controller::isMaster);
		long logins = this.etcd.calls("Authenticate");
		Awaitility.await().atMost(LIMIT).until(() -> this.etcd.calls("Authenticate") >= logins + 2);
		this.etcd.kill();
		this.etcd.start();
		Awaitility.await().atMost(LIMIT).until(() -> this.etcd.calls("Authenticate") >= 1);
		Awaitility.await().atMost(LIMIT).until(() -> isJustConfirmed(controller));
		assertThat(controller.isMaster()).isTrue();
		assertThat(events("tokens")).singleElement().isInstanceOf(BecameMasterEvent.class);
		startSecure("late").user("app", this.password).with("cluster-controller.election.priority=0").begin();
		Member late = started("late").getBean(ClusterController.class).self();
		// by the watch: the next read of all keys may be 40 s away
		Awaitility.await()
			.atMost(Duration.ofSeconds(10))
			.until(() -> controller.members().stream().anyMatch((member) -> isSame(member, late)));
	}

	/** Of the 6.7 s that a TTL of 10 s leaves a master. */
	private static boolean isJustConfirmed(ClusterController controller) {
		return controller.sessionRemaining().compareTo(Duration.ofSeconds(6)) > 0;
	}

	@Test
	void newCertificatesAreUsedWithoutARestart() {
		startSecure("reload").user("reload", this.password)
			.with("cluster-controller.service=reload")
			.with("cluster-controller.session.ttl=9s")
			.begin();
		ClusterController controller = started("reload").getBean(ClusterController.class);
		SslBundleRegistry bundles = started("reload").getBean(SslBundleRegistry.class);
		assertThat(controller.isMaster()).isTrue();
		bundles.updateBundle("etcd", bundle(this.ours, this.ours.issue("reload")));
		// longer than a master may be without a confirmation
		Awaitility.await().during(Duration.ofMillis(6500)).atMost(LIMIT).until(controller::isMaster);
		assertThat(events("reload")).singleElement().isInstanceOf(BecameMasterEvent.class);
		bundles.updateBundle("etcd", bundle(this.others, this.client));
		Awaitility.await().atMost(LIMIT).until(() -> !controller.isMaster());
		bundles.updateBundle("etcd", bundle(this.ours, this.client));
		Awaitility.await().atMost(LIMIT).until(controller::isMaster);
	}

	private static SslBundle bundle(Certificates authority, Certificate identity) {
		return SslBundle.of(new PemSslStoreBundle(
				PemSslStoreDetails.forCertificate("file:" + identity.certificate())
					.withPrivateKey("file:" + identity.key()),
				PemSslStoreDetails.forCertificate("file:" + authority.authority())));
	}

	private static boolean isSame(Member one, Member other) {
		return one.instanceId().equals(other.instanceId());
	}

	private List<Object> events(String name) {
		return started(name).getBean(Roles.class).events;
	}

	private Throwable assertRefused(String name, String reason, String remedy) {
		Throwable failure = failure(name);
		CoordinationRefusedException refusal = Stream.iterate(failure, Throwable::getCause)
			.takeWhile((cause) -> cause != null)
			.filter(CoordinationRefusedException.class::isInstance)
			.map(CoordinationRefusedException.class::cast)
			.findFirst()
			.orElseThrow(() -> new AssertionError("Not refused: " + failure, failure));
		assertThat(refusal.getMessage()).contains(reason);
		assertThat(refusal.getRemedy()).contains(remedy);
		return failure;
	}

	private AnnotationConfigApplicationContext started(String name) {
		assertThat(this.starts.get(name)).succeedsWithin(LIMIT);
		return this.starts.get(name).join();
	}

	private Throwable failure(String name) {
		return this.starts.get(name).handle((context, failure) -> {
			assertThat(failure).as(name + " has started").isNotNull();
			return failure;
		}).orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
	}

	private Start start(String name) {
		return new Start(name);
	}

	private Start startSecure(String name) {
		return start(name).https("localhost", this.etcd).trust(this.ours).identity(this.client);
	}

	/** One application. */
	private final class Start {

		private final String name;

		private final List<String> properties = new ArrayList<>(
				List.of("cluster-controller.environment=prod", "cluster-controller.service=web"));

		Start(String name) {
			this.name = name;
		}

		Start with(String property) {
			this.properties.add(property);
			return this;
		}

		Start https(String host, EtcdProcess etcd) {
			return with("cluster-controller.etcd.hosts=https://" + host + ":" + etcd.tlsPort());
		}

		Start trust(Certificates authority) {
			return with("cluster-controller.etcd.ssl.bundle=etcd")
				.with("spring.ssl.bundle.pem.etcd.truststore.certificate=file:" + authority.authority());
		}

		Start identity(Certificate certificate) {
			return with("spring.ssl.bundle.pem.etcd.keystore.certificate=file:" + certificate.certificate())
				.with("spring.ssl.bundle.pem.etcd.keystore.private-key=file:" + certificate.key());
		}

		Start user(String name, Path passwordFile) {
			return with("cluster-controller.etcd.username=" + name)
				.with("cluster-controller.etcd.password-file=" + passwordFile);
		}

		void begin() {
			EtcdSecurityTests.this.starts.put(this.name, CompletableFuture.supplyAsync(this::run, (task) -> {
				Thread thread = new Thread(task, this.name);
				thread.setDaemon(true);
				thread.start();
			}));
		}

		private AnnotationConfigApplicationContext run() {
			AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
			TestPropertyValues.of(this.properties).applyTo(context);
			context.register(Application.class);
			context.refresh();
			return context;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ SslAutoConfiguration.class, EtcdCoordinatorAutoConfiguration.class,
			ClusterControllerAutoConfiguration.class })
	static class Application {

		@Bean
		Roles roles() {
			return new Roles();
		}

	}

	/** The changes of role. */
	static final class Roles {

		private final List<Object> events = new CopyOnWriteArrayList<>();

		@EventListener({ BecameMasterEvent.class, BecameSlaveEvent.class })
		void changed(Object event) {
			this.events.add(event);
		}

	}

}
