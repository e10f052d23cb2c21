package io.clustercontroller.backup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import io.clustercontroller.ClusterController;
import io.clustercontroller.ClusterOperations;
import io.clustercontroller.coordination.TimeSource;
import org.awaitility.Awaitility;

import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

/**
 * An application that takes backups, in this JVM, in a local cluster below a directory,
 * with a wall clock that can be turned.
 */
final class BackupInstance implements AutoCloseable {

	/** Far more than anything here takes, however slow the machine is. */
	static final Duration LIMIT = Duration.ofSeconds(30);

	private final ConfigurableApplicationContext context;

	private final Path destination;

	private BackupInstance(ConfigurableApplicationContext context, Path destination) {
		this.context = context;
		this.destination = destination;
	}

	/**
	 * Start an instance of the service {@code web} whose backups go to a folder
	 * {@code backup} below the directory; returns when {@code run} has.
	 * @param args properties of the backups, without the prefix, or whole ones with it
	 */
	static BackupInstance start(Path directory, String... args) {
		SpringApplication spring = new SpringApplication(Application.class);
		spring.setWebApplicationType(WebApplicationType.NONE);
		spring.setBannerMode(Banner.Mode.OFF);
		spring.setRegisterShutdownHook(false);
		Path destination = directory.resolve("backup");
		spring.setDefaultProperties(
				new HashMap<>(Map.of("cluster-controller.environment", "test", "cluster-controller.service", "web",
						"cluster-controller.coordinator", "local", "cluster-controller.local.directory",
						directory.resolve("cluster").toString(), "cluster-controller.backup.destination-folder",
						destination.toString(), "cluster-controller.backup.zone", "UTC")));
		return new BackupInstance(spring.run(Stream.of(args)
			.map((arg) -> arg.startsWith("--") ? arg : "--cluster-controller.backup." + arg)
			.toArray(String[]::new)), destination);
	}

	BackupResult run(BackupRequest request) {
		return bean(BackupService.class).run(request);
	}

	/** Run what is expected to be taken. */
	BackupResult.Completed take(BackupRequest request) {
		return (BackupResult.Completed) run(request);
	}

	/** Have a text backed up. */
	BackupResult.Completed take(String name, String text) {
		return take(BackupRequest.stream(name, (stream) -> stream.write(text.getBytes())));
	}

	BackupCatalog catalog() {
		return bean(BackupCatalog.class);
	}

	ClusterController controller() {
		return bean(ClusterController.class);
	}

	ClusterOperations operations() {
		return bean(ClusterOperations.class);
	}

	TurnedClock clock() {
		return bean(TurnedClock.class);
	}

	Path folder(String name) {
		return this.destination.resolve(name);
	}

	/** What is in a folder of a name, by its beginning; nothing if there is no folder. */
	List<String> entries(String name, String folder) {
		try {
			return Trees.children(folder(name).resolve(folder))
				.stream()
				.map((path) -> path.getFileName().toString())
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** What the files in a folder of a name contain, in the order of their names. */
	List<String> contents(String name, String folder) {
		return entries(name, folder).stream()
			.map((entry) -> read(folder(name).resolve(folder).resolve(entry)))
			.toList();
	}

	String latest(String name) {
		return read(folder(name).resolve("latest"));
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The first event of the type for the name. */
	<T> T await(Class<T> type, String name) {
		Heard heard = bean(Heard.class);
		return Awaitility.await("a " + type.getSimpleName())
			.pollInterval(Duration.ofMillis(5))
			.atMost(LIMIT)
			.until(() -> heard.events.stream()
				.filter(type::isInstance)
				.filter((event) -> event.toString().contains("name=" + name + ","))
				.map(type::cast)
				.findFirst(), (event) -> event.isPresent())
			.orElseThrow();
	}

	/** All events of the type so far. */
	<T> List<T> heard(Class<T> type) {
		return bean(Heard.class).events.stream().filter(type::isInstance).map(type::cast).toList();
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	@Override
	public void close() {
		this.context.close();
	}

	/** Notes every event of the cluster. */
	static final class Heard {

		private final List<Object> events = new CopyOnWriteArrayList<>();

		@EventListener(condition = "#a0.class.packageName == 'io.clustercontroller.event'")
		void note(Object event) {
			this.events.add(event);
		}

	}

	/** Stands still until it is turned. */
	static final class TurnedClock implements TimeSource {

		private volatile Instant now = Instant.parse("2024-03-10T02:05:00Z");

		void set(String instant) {
			this.now = Instant.parse(instant);
		}

		Instant now() {
			return this.now;
		}

		void advance(Duration duration) {
			this.now = this.now.plus(duration);
		}

		@Override
		public long nanoTime() {
			return System.nanoTime();
		}

		@Override
		public long wallMillis() {
			return this.now.toEpochMilli();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Heard heard() {
			return new Heard();
		}

		@Bean
		TurnedClock clock() {
			return new TurnedClock();
		}

	}

}
