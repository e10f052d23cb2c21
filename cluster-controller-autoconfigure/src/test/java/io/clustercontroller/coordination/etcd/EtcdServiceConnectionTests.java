package io.clustercontroller.coordination.etcd;

import java.lang.reflect.Constructor;
import java.net.URI;
import java.util.List;
import java.util.Map;

import io.clustercontroller.ClusterController;
import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.etcd.EtcdConnectionDetails.Endpoint;
import io.clustercontroller.coordination.local.LocalCoordinatorAutoConfiguration;
import io.clustercontroller.engine.ClusterControllerAutoConfiguration;
import io.clustercontroller.testing.EtcdExtension;
import io.clustercontroller.testing.EtcdProcess;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.containers.GenericContainer;

import org.springframework.beans.BeanUtils;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetailsFactories;
import org.springframework.boot.docker.compose.core.ConnectionPorts;
import org.springframework.boot.docker.compose.core.ImageReference;
import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionSource;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.testcontainers.context.ImportTestcontainers;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.boot.testcontainers.service.connection.ServiceConnectionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Connections that somebody else provides: an application, Testcontainers, Docker
 * Compose. No container is started: the ones here lead to the etcd of the tests.
 */
@ExtendWith(EtcdExtension.class)
class EtcdServiceConnectionTests {

	private static URI etcd;

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(ServiceConnectionAutoConfiguration.class, ClusterControllerAutoConfiguration.class,
					EtcdCoordinatorAutoConfiguration.class, LocalCoordinatorAutoConfiguration.class));

	private ApplicationContextRunner joining;

	@BeforeEach
	void useEtcd(EtcdProcess process) {
		etcd = URI.create(process.endpoint());
		this.joining = this.runner.withPropertyValues("cluster-controller.service=web",
				"cluster-controller.environment=" + process.newEnvironment());
	}

	@Test
	void connectionOfTheApplicationTakesThePlaceOfTheProperties() {
		this.joining.withPropertyValues("cluster-controller.etcd.hosts=no-such-host.invalid")
			.withBean(EtcdConnectionDetails.class, () -> () -> List.of(new Endpoint(etcd.getHost(), etcd.getPort())))
			.run((context) -> {
				assertThat(context).hasSingleBean(EtcdConnectionDetails.class);
				assertThat(context.getBean(ClusterController.class).isMaster()).isTrue();
			});
	}

	@Test
	void containerIsRecognisedByItsImage() {
		this.joining.withUserConfiguration(ContainerField.class).run(EtcdServiceConnectionTests::assertJoinedEtcd);
	}

	@Test
	void containerIsRecognisedByTheNameOfItsConnection() {
		this.joining.withUserConfiguration(ContainerBean.class).run(EtcdServiceConnectionTests::assertJoinedEtcd);
	}

	@Test
	void autoIsEtcdWhereThereIsAConnection() {
		this.joining.withPropertyValues("cluster-controller.coordinator=auto")
			.withUserConfiguration(ContainerField.class)
			.run(EtcdServiceConnectionTests::assertJoinedEtcd);
	}

	@ParameterizedTest
	@ValueSource(strings = { "quay.io/coreos/etcd:v3.5.21", "gcr.io/etcd-development/etcd:v3.6.5", "bitnami/etcd",
			"docker.io/bitnamilegacy/etcd:3.5", "registry.k8s.io/etcd:3.5.21-0" })
	void composeServiceIsRecognisedByItsImage(String image) {
		EtcdConnectionDetails connection = connection(new Service(image, Map.of(), Map.of()));
		assertThat(connection).isNotNull();
		assertThat(connection.getEndpoints()).containsExactly(new Endpoint("docker.example.org", 32768));
		assertThat(connection.getUsername()).isNull();
		assertThat(connection.getPassword()).isNull();
		assertThat(connection.getSslBundle()).isNull();
	}

	@Test
	void composeServiceIsRecognisedByItsLabel() {
		Map<String, String> label = Map.of("org.springframework.boot.service-connection", "etcd");
		assertThat(connection(new Service("example.org/ours", Map.of(), label))).isNotNull();
		assertThat(connection(new Service("redis", Map.of(), Map.of()))).isNull();
	}

	@Test
	void composeServiceWithAPasswordIsLoggedInToAsRoot() {
		EtcdConnectionDetails connection = connection(
				new Service("bitnami/etcd", Map.of("ETCD_ROOT_PASSWORD", "s3cret"), Map.of()));
		assertThat(connection).isNotNull();
		assertThat(connection.getUsername()).isEqualTo("root");
		assertThat(connection.getPassword()).isEqualTo("s3cret");
	}

	private static void assertJoinedEtcd(AssertableApplicationContext context) {
		assertThat(context).hasNotFailed().hasSingleBean(EtcdConnectionDetails.class);
		assertThat(context.getBean(Coordinator.class).description()).isEqualTo("etcd at " + etcd.getAuthority());
		assertThat(context.getBean(ClusterController.class).isMaster()).isTrue();
	}

	/** As Boot asks all factories that are registered. */
	private static @Nullable EtcdConnectionDetails connection(RunningService service) {
		Constructor<DockerComposeConnectionSource> constructor = BeanUtils
			.getResolvableConstructor(DockerComposeConnectionSource.class);
		Map<Class<?>, ConnectionDetails> found = new ConnectionDetailsFactories(
				EtcdServiceConnectionTests.class.getClassLoader())
			.getConnectionDetails(BeanUtils.instantiateClass(constructor, service, new MockEnvironment()), false);
		return (EtcdConnectionDetails) found.get(EtcdConnectionDetails.class);
	}

	@Configuration(proxyBeanMethods = false)
	@ImportTestcontainers(ContainerField.Containers.class)
	static class ContainerField {

		static class Containers {

			@ServiceConnection
			static final GenericContainer<?> etcd = new RunningEtcd("quay.io/coreos/etcd:v3.5.21");

		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ContainerBean {

		@Bean
		@ServiceConnection("etcd")
		GenericContainer<?> etcdContainer() {
			return new RunningEtcd("example.org/ours:latest");
		}

	}

	/** The etcd of the tests as a container shows it. */
	private static final class RunningEtcd extends GenericContainer<RunningEtcd> {

		private final String image;

		RunningEtcd(String image) {
			super(image);
			this.image = image;
			withExposedPorts(2379);
		}

		/** Without asking an engine for it. */
		@Override
		public String getDockerImageName() {
			return this.image;
		}

		@Override
		public void start() {
		}

		@Override
		public void stop() {
		}

		@Override
		public boolean isRunning() {
			return true;
		}

		@Override
		public String getHost() {
			return etcd.getHost();
		}

		@Override
		public Integer getMappedPort(int port) {
			assertThat(port).isEqualTo(2379);
			return etcd.getPort();
		}

	}

	/** A service of Docker Compose as Boot describes it. */
	private record Service(String imageName, Map<String, String> env,
			Map<String, String> labels) implements RunningService {

		@Override
		public String name() {
			return "etcd-1";
		}

		@Override
		public ImageReference image() {
			return ImageReference.of(this.imageName);
		}

		@Override
		public String host() {
			return "docker.example.org";
		}

		@Override
		public ConnectionPorts ports() {
			return new ConnectionPorts() {

				@Override
				public int get(int containerPort) {
					assertThat(containerPort).isEqualTo(2379);
					return 32768;
				}

				@Override
				public List<Integer> getAll() {
					return List.of(32768);
				}

				@Override
				public List<Integer> getAll(@Nullable String protocol) {
					return getAll();
				}

			};
		}

	}

}
