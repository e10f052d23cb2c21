package io.clustercontroller.cost;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import io.clustercontroller.ClusterController;
import io.clustercontroller.ClusterOperations;
import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import io.clustercontroller.coordination.etcd.EtcdCoordinatorAutoConfiguration;
import io.clustercontroller.engine.ClusterControllerAutoConfiguration;
import io.clustercontroller.testing.EtcdProcess;
import org.awaitility.Awaitility;

import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.StandardEnvironment;

/**
 * The instances of one service, each an application context in this JVM with the
 * auto-configurations of the starter and nothing else, so that there can be many.
 */
final class Instances implements AutoCloseable {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private final String environment;

	private final String endpoint;

	private final Duration ttl;

	private final Class<?>[] sources;

	private final List<Instance> instances = new CopyOnWriteArrayList<>();

	/**
	 * @param sources configurations besides those of the starter
	 */
	Instances(EtcdProcess etcd, Duration ttl, Class<?>... sources) {
		this.sources = sources;
		this.environment = etcd.newEnvironment();
		this.endpoint = etcd.endpoint();
		this.ttl = ttl;
	}

	/** Start one more; returns when it has its first role. */
	Instance start() {
		return start(this.endpoint);
	}

	/** Start one more that knows etcd by this address. */
	Instance start(String endpoint) {
		SpringApplication application = new SpringApplication(Application.class);
		application.addPrimarySources(List.of(this.sources));
		application.setWebApplicationType(WebApplicationType.NONE);
		application.setBannerMode(Banner.Mode.OFF);
		application.setLogStartupInfo(false);
		application.setRegisterShutdownHook(false);
		application.setEnvironment(new StandardEnvironment() {

			/** Variables of the machine the tests run on are of no concern. */
			@Override
			public Map<String, Object> getSystemEnvironment() {
				return Map.of();
			}

		});
		Instance instance = new Instance(application.run("--cluster-controller.environment=" + this.environment,
				"--cluster-controller.service=web", "--cluster-controller.etcd.hosts=" + endpoint,
				"--cluster-controller.session.ttl=" + this.ttl.toSeconds() + "s"));
		this.instances.add(instance);
		return instance;
	}

	/** Close one in an orderly way, if it is not closed. */
	void close(Instance instance) {
		instance.context.close();
		this.instances.remove(instance);
	}

	Instance master() {
		return this.instances.stream()
			.filter((instance) -> instance.controller().isMaster())
			.findFirst()
			.orElseThrow(() -> new AssertionError("nobody is master"));
	}

	boolean hasMaster() {
		return this.instances.stream().anyMatch((instance) -> instance.controller().isMaster());
	}

	/**
	 * Wait until exactly one of these is master, and all of these see that, and all of
	 * these as active members, and nobody else.
	 */
	Instance awaitAgreement() {
		return awaitAgreementOf(this.instances);
	}

	/** As above, without this one, which cannot know. */
	Instance awaitAgreementWithout(Instance lost) {
		return awaitAgreementOf(this.instances.stream().filter((instance) -> instance != lost).toList());
	}

	private static Instance awaitAgreementOf(List<Instance> instances) {
		Awaitility.await("agreement of " + instances.size() + " instances")
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(50))
			.atMost(LIMIT)
			.until(() -> agree(instances));
		return instances.stream().filter((instance) -> instance.controller().isMaster()).findFirst().orElseThrow();
	}

	private static boolean agree(List<Instance> instances) {
		List<String> masters = instances.stream()
			.filter((instance) -> instance.controller().isMaster())
			.map(Instance::id)
			.toList();
		return masters.size() == 1
				&& instances.stream().allMatch((instance) -> instance.sees(masters.get(0), instances.size()));
	}

	/** The last one first, so that the mastership is not passed on again and again. */
	@Override
	public void close() {
		for (int i = this.instances.size() - 1; i >= 0; i--) {
			this.instances.get(i).context.close();
		}
		this.instances.clear();
	}

	/** One of the instances. */
	static final class Instance {

		private final ConfigurableApplicationContext context;

		private Instance(ConfigurableApplicationContext context) {
			this.context = context;
		}

		<T> T bean(Class<T> type) {
			return this.context.getBean(type);
		}

		ClusterController controller() {
			return this.context.getBean(ClusterController.class);
		}

		ClusterOperations operations() {
			return this.context.getBean(ClusterOperations.class);
		}

		String id() {
			return controller().self().instanceId();
		}

		private boolean sees(String master, int members) {
			ClusterController controller = controller();
			List<Member> seen = controller.members();
			return controller.master().filter((member) -> member.instanceId().equals(master)).isPresent()
					&& seen.size() == members
					&& seen.stream().allMatch((member) -> member.state() == MemberState.ACTIVE);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ EtcdCoordinatorAutoConfiguration.class, ClusterControllerAutoConfiguration.class })
	static class Application {

	}

}
