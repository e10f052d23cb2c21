package io.clustercontroller.actuate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.jayway.jsonpath.Configuration;
import com.jayway.jsonpath.DocumentContext;
import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.Option;
import io.clustercontroller.ClusterController;
import io.clustercontroller.ClusterOperations;
import io.clustercontroller.MemberState;
import io.clustercontroller.event.BecameSlaveEvent;
import io.clustercontroller.job.MasterOnly;
import org.awaitility.Awaitility;

import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * A web application with the starter and Actuator, in this JVM, whose endpoint
 * {@code cluster} is asked over HTTP as anybody would.
 */
final class EndpointInstance implements AutoCloseable {

	/** Far more than anything here takes, however slow the machine is. */
	static final Duration LIMIT = Duration.ofSeconds(30);

	private static final HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build();

	private final ConfigurableApplicationContext context;

	private EndpointInstance(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/** In a local cluster below a directory; returns when the application is up. */
	static EndpointInstance start(Path directory, String... args) {
		return start(
				Map.of("cluster-controller.coordinator", "local", "cluster-controller.local.directory",
						directory.resolve("cluster").toString(), "cluster-controller.environment", "test"),
				directory, args);
	}

	static EndpointInstance start(Map<String, Object> cluster, Path directory, String... args) {
		SpringApplication spring = new SpringApplication(Application.class);
		spring.setBannerMode(Banner.Mode.OFF);
		spring.setLogStartupInfo(false);
		spring.setRegisterShutdownHook(false);
		spring.setEnvironment(new StandardEnvironment() {

			/** Variables of the machine the tests run on are of no concern. */
			@Override
			public Map<String, Object> getSystemEnvironment() {
				return Map.of();
			}

		});
		Map<String, Object> defaults = new HashMap<>(cluster);
		defaults.putAll(Map.of("cluster-controller.service", "web", "server.port", "0", "server.address", "127.0.0.1",
				"management.endpoints.web.exposure.include", "cluster", "cluster-controller.backup.destination-folder",
				directory.resolve("backup").toString()));
		spring.setDefaultProperties(defaults);
		return new EndpointInstance(spring.run(args));
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	ClusterController controller() {
		return bean(ClusterController.class);
	}

	String id() {
		return controller().self().instanceId();
	}

	/** Be the master, handed over by the one that is. */
	void becomeMaster(EndpointInstance other) {
		if (!controller().isMaster()) {
			Awaitility.await("a candidate")
				.atMost(LIMIT)
				.until(() -> other.controller()
					.members()
					.stream()
					.anyMatch((member) -> member.instanceId().equals(id()) && member.state() == MemberState.ACTIVE));
			other.bean(ClusterOperations.class).handOver(id());
			Awaitility.await("the mastership").atMost(LIMIT).until(controller()::isMaster);
		}
	}

	/** What the endpoint shows. */
	DocumentContext cluster() {
		return json(get(""));
	}

	/** GET of a path below the endpoint. */
	HttpResponse<String> get(String path) {
		return send(request(path).GET().build());
	}

	/** POST of a body, which may be empty, to a path below the endpoint. */
	HttpResponse<String> post(String path, String body) {
		return post(path, "application/json", body);
	}

	HttpResponse<String> post(String path, String contentType, String body) {
		return send(request(path).header("Content-Type", contentType).POST(BodyPublishers.ofString(body)).build());
	}

	/** POST of nothing that says nothing of itself. */
	HttpResponse<String> post(String path) {
		return send(request(path).POST(BodyPublishers.noBody()).build());
	}

	static DocumentContext json(HttpResponse<String> response) {
		return JsonPath.using(Configuration.defaultConfiguration().addOptions(Option.SUPPRESS_EXCEPTIONS))
			.parse(response.body());
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create(address("/actuator/cluster" + path))).timeout(LIMIT);
	}

	/** Of a path on the web server. */
	String address(String path) {
		String port = this.context.getEnvironment().getRequiredProperty("local.server.port");
		return "http://127.0.0.1:" + port + path;
	}

	static HttpResponse<String> send(HttpRequest request) {
		try {
			return client.send(request, BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	@Override
	public void close() {
		this.context.close();
	}

	@EnableAutoConfiguration
	@EnableScheduling
	@Import({ Report.class, Work.class })
	static class Application {

	}

	/** What the master does besides; it can be made to take its time to stop. */
	static class Work {

		private volatile CountDownLatch end = new CountDownLatch(0);

		/** From now on it does not stop until the latch is opened. */
		CountDownLatch hold() {
			this.end = new CountDownLatch(1);
			return this.end;
		}

		@EventListener
		void stop(BecameSlaveEvent event) throws InterruptedException {
			this.end.await(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
		}

	}

	/** A job that runs when it is asked to. */
	static class Report {

		@Scheduled(cron = "0 0 0 29 2 ?", zone = "UTC")
		@MasterOnly(name = "report", oncePerTick = true)
		void write() {
		}

	}

}
