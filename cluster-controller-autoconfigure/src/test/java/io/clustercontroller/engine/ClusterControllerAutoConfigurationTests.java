package io.clustercontroller.engine;

import java.nio.file.Path;
import java.util.Map;

import io.clustercontroller.ClusterController;
import io.clustercontroller.ClusterOperations;
import io.clustercontroller.InvalidPropertyException;
import io.clustercontroller.MemberState;
import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.etcd.EtcdCoordinatorAutoConfiguration;
import io.clustercontroller.coordination.local.LocalCoordinatorAutoConfiguration;
import io.clustercontroller.event.BecameMasterEvent;
import io.etcd.jetcd.Client;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link ClusterControllerAutoConfiguration}.
 */
class ClusterControllerAutoConfigurationTests {

	private static final String DIRECTORY = "cluster-controller.local.directory";

	@TempDir
	private Path directory;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ClusterControllerAutoConfiguration.class,
				EtcdCoordinatorAutoConfiguration.class, LocalCoordinatorAutoConfiguration.class))
		.withBean(HeardEvents.class)
		.withPropertyValues("cluster-controller.environment=test", "cluster-controller.service=web");

	@Test
	void controllerAndOperationsAreThere() {
		local().run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context).hasSingleBean(ClusterController.class).hasSingleBean(ClusterOperations.class);
			assertThat(context.getBean(ClusterController.class).isMaster()).isTrue();
		});
	}

	@Test
	void nothingIsThereWhenItIsDisabled() {
		this.runner.withPropertyValues("cluster-controller.enabled=false").run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context).doesNotHaveBean(ClusterController.class)
				.doesNotHaveBean(ClusterLifecycle.class)
				.doesNotHaveBean(Coordinator.class);
		});
		local().withPropertyValues("cluster-controller.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(Coordinator.class));
	}

	@Test
	void nothingHasToBeSetWhenItIsDisabled() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(ClusterControllerAutoConfiguration.class,
					EtcdCoordinatorAutoConfiguration.class, LocalCoordinatorAutoConfiguration.class))
			.withPropertyValues("cluster-controller.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void coordinatorOfTheApplicationIsUsed() {
		local().withUserConfiguration(OwnCoordinator.class)
			.withPropertyValues("cluster-controller.coordinator=etcd")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context).getBean(Coordinator.class).isSameAs(context.getBean("own"));
				assertThat(context.getBean(ClusterController.class).isMaster()).isTrue();
			});
	}

	@Test
	void localCoordinatorWorksWithoutJetcd() {
		local().withClassLoader(new FilteredClassLoader(Client.class.getPackageName())).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(ClusterController.class).isMaster()).isTrue();
		});
	}

	@Test
	void etcdWithoutJetcdNamesTheRemedy() {
		this.runner.withClassLoader(new FilteredClassLoader(Client.class.getPackageName()))
			.withPropertyValues("cluster-controller.etcd.hosts=etcd-1")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(InvalidPropertyException.class, (failure) -> {
					assertThat(failure.getProperty()).isEqualTo("cluster-controller.coordinator");
					assertThat(failure.getRemedy()).contains("cluster-controller-starter");
				}));
	}

	@Test
	void joinsWithLazyInitialization() {
		local()
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBeanFactory().containsSingleton("clusterLifecycle")).isTrue();
				assertThat(context.getBeanFactory().containsSingleton("clusterController")).isFalse();
				assertThat(context.getBean(ClusterController.class).isMaster()).isTrue();
				context.getBean(HeardEvents.class).await(BecameMasterEvent.class);
			});
	}

	@Test
	void instanceStaysInItsServiceWhileItsContextIsPaused() {
		local().run((context) -> {
			ClusterController controller = context.getBean(ClusterController.class);
			String id = controller.self().instanceId();
			ConfigurableApplicationContext source = context
				.getSourceApplicationContext(ConfigurableApplicationContext.class);
			source.pause();
			assertThat(controller.isMaster()).isTrue();
			assertThatNoException().isThrownBy(source::restart);
			assertThat(controller.isMaster()).isTrue();
			assertThat(controller.self().instanceId()).isEqualTo(id);
		});
	}

	@Test
	void instanceThatHasLeftIsNothingAnyMore() {
		local().run((context) -> {
			ClusterController controller = context.getBean(ClusterController.class);
			context.close();
			assertThat(controller.isMaster()).isFalse();
			assertThat(controller.fencingToken()).isEmpty();
			assertThat(controller.state()).isEqualTo(MemberState.TERMINATED);
			assertThat(controller.master()).isEmpty();
		});
	}

	private ApplicationContextRunner local() {
		return this.runner.withPropertyValues("cluster-controller.coordinator=local", DIRECTORY + "=" + this.directory);
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnCoordinator {

		/** A real one, made by the application in its own way. */
		@Bean
		Coordinator own(Environment environment) {
			AnnotationConfigApplicationContext maker = new AnnotationConfigApplicationContext();
			maker.getEnvironment()
				.getPropertySources()
				.addFirst(new MapPropertySource("own", Map.of("cluster-controller.coordinator", "local", DIRECTORY,
						environment.getRequiredProperty(DIRECTORY))));
			maker.register(LocalCoordinatorAutoConfiguration.class);
			maker.refresh();
			return maker.getBean(Coordinator.class);
		}

	}

}
