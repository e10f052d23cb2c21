package io.clustercontroller.benchmarks.failover;

import java.time.Duration;

import io.clustercontroller.ClusterOperations;
import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.BecameSlaveEvent;

import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

/**
 * An application with the starter, with its defaults apart from the TTL.
 */
final class StarterContestant implements Contestant {

	private final String endpoint;

	private final Duration ttl;

	private ConfigurableApplicationContext context;

	private volatile Runnable over = () -> {
	};

	StarterContestant(String endpoint, Duration ttl) {
		this.endpoint = endpoint;
		this.ttl = ttl;
	}

	@Override
	public void stand(Runnable elected) {
		this.context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.bannerMode(Banner.Mode.OFF)
			.initializers((context) -> context.getBeanFactory()
				.registerSingleton("listener", new Listener(elected, () -> this.over.run())))
			.run("--cluster-controller.etcd.hosts=" + this.endpoint, "--cluster-controller.environment=benchmarks",
					"--cluster-controller.service=failover",
					"--cluster-controller.session.ttl=" + this.ttl.toMillis() + "ms");
	}

	@Override
	public void giveUp(Runnable over) {
		this.over = over;
		this.context.getBean(ClusterOperations.class).stepDown();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

	static final class Listener {

		private final Runnable elected;

		private final Runnable over;

		Listener(Runnable elected, Runnable over) {
			this.elected = elected;
			this.over = over;
		}

		@EventListener
		void elected(BecameMasterEvent event) {
			this.elected.run();
		}

		@EventListener
		void over(BecameSlaveEvent event) {
			this.over.run();
		}

	}

}
