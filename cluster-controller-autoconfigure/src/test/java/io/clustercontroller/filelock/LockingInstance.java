package io.clustercontroller.filelock;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.FilesystemLockAcquiredEvent;
import io.clustercontroller.event.FilesystemLockLostEvent;
import io.clustercontroller.event.StoppingEvent;

import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.StandardEnvironment;

/**
 * An application that uses locks, in this JVM.
 */
final class LockingInstance implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private LockingInstance(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/**
	 * Start an instance of the service {@code web}; returns when {@code run} has.
	 * @param args whole properties
	 */
	static LockingInstance start(List<String> args) {
		SpringApplication spring = new SpringApplication(Application.class);
		spring.setWebApplicationType(WebApplicationType.NONE);
		spring.setBannerMode(Banner.Mode.OFF);
		spring.setRegisterShutdownHook(false);
		spring.setEnvironment(new StandardEnvironment() {

			@Override
			public Map<String, Object> getSystemEnvironment() {
				return Map.of("SERVICE", "web");
			}

		});
		return new LockingInstance(spring.run(args.toArray(String[]::new)));
	}

	/** The arguments that choose the local coordinator. */
	static List<String> local(Path directory) {
		return new ArrayList<>(List.of("--cluster-controller.environment=test",
				"--cluster-controller.coordinator=local", "--cluster-controller.local.directory=" + directory));
	}

	FilesystemLocks locks() {
		return this.context.getBean(FilesystemLocks.class);
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	/** What it has heard, in order. */
	List<Object> events() {
		return this.context.getBean(Listener.class).heard;
	}

	@Override
	public void close() {
		this.context.close();
	}

	static class Listener {

		private final List<Object> heard = new CopyOnWriteArrayList<>();

		private final FilesystemLocks locks;

		/** What was held while the work was told to stop. */
		private final List<Path> heldWhileStopping = new CopyOnWriteArrayList<>();

		Listener(FilesystemLocks locks) {
			this.locks = locks;
		}

		@EventListener({ FilesystemLockAcquiredEvent.class, FilesystemLockLostEvent.class, BecameMasterEvent.class })
		void hear(Object event) {
			this.heard.add(event);
		}

		@EventListener
		void stopping(StoppingEvent event) {
			this.heard.stream()
				.filter(FilesystemLockAcquiredEvent.class::isInstance)
				.map((acquired) -> ((FilesystemLockAcquiredEvent) acquired).folder())
				.filter(this.locks::holds)
				.forEach(this.heldWhileStopping::add);
		}

		List<Path> heldWhileStopping() {
			return this.heldWhileStopping;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Listener.class)
	static class Application {

	}

}
