package io.clustercontroller.engine;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import io.clustercontroller.Role;
import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.RecordingListener;
import io.clustercontroller.coordination.Session;
import io.clustercontroller.coordination.local.LocalCoordinatorAutoConfiguration;
import io.clustercontroller.event.BecameMasterEvent;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.boot.logging.logback.StructuredLogEncoder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What Boot's structured formats say with each line, made as Boot makes them.
 */
class StructuredLogFieldsTests {

	@TempDir
	Path directory;

	@Test
	void eachLineCarriesTheInstanceItsRoleAndItsToken() {
		assertThat(line("ecs")).containsKeys("@timestamp", "message").doesNotContainKey("cluster_controller");
		try (ConfigurableApplicationContext other = TestStart.withoutVariables()
			.run(CoordinatorOnly.class, arguments())) {
			Session master = becomeMaster(other.getBean(Coordinator.class));
			try (Instance instance = Instance.start(arguments())) {
				Map<String, Object> asSlave = Map.of("instance", instance.id(), "role", "SLAVE");
				assertThat(line("ecs")).containsEntry("cluster_controller", asSlave);
				assertThat(line("logstash")).containsEntry("cluster_controller", asSlave);
				master.leave();
				long token = instance.events().await(BecameMasterEvent.class).fencingToken();
				assertThat(line("ecs").get("cluster_controller")).asInstanceOf(InstanceOfAssertFactories.MAP)
					.containsEntry("role", "MASTER")
					.extractingByKey("token")
					.isEqualTo(token);
				assertThat(line("gelf")).containsEntry("_cluster_controller_instance", instance.id())
					.containsEntry("_cluster_controller_role", "MASTER")
					.containsEntry("_cluster_controller_token", token)
					.doesNotContainKey("cluster_controller");
				try (Instance second = Instance.start(arguments())) {
					assertThat(line("ecs")).as("it is not known whose line it is")
						.doesNotContainKey("cluster_controller");
				}
				assertThat(line("ecs")).containsKey("cluster_controller");
			}
		}
		assertThat(line("ecs")).doesNotContainKey("cluster_controller");
	}

	/** Boot writes no line in which a name comes twice. */
	@Test
	void applicationMayHaveAFieldForItsClusterItself() {
		try (Instance instance = Instance.start(arguments())) {
			assertThat(line("logstash", Map.of("cluster", "eu-1"))).containsEntry("cluster", "eu-1");
			assertThat(line("gelf", Map.of("cluster_role", "spare"))).containsEntry("_cluster_role", "spare");
		}
	}

	private String[] arguments() {
		return new String[] { "--cluster-controller.coordinator=local",
				"--cluster-controller.local.directory=" + this.directory, "--cluster-controller.environment=test" };
	}

	private static Session becomeMaster(Coordinator coordinator) {
		RecordingListener listener = new RecordingListener();
		Member member = new Member("other", "other", "test", "web", Role.SLAVE, MemberState.ACTIVE, List.of(), 100,
				Instant.now(), Map.of());
		Session session = coordinator.join(member, Duration.ofSeconds(10), listener);
		listener.awaitView((view) -> view.member("other").isPresent());
		session.acquire();
		listener.awaitView((view) -> view.mastership() != null);
		return session;
	}

	/** A line of the application, logged on any thread. */
	private static Map<String, Object> line(String format) {
		return line(format, Map.of());
	}

	private static Map<String, Object> line(String format, Map<String, String> diagnostics) {
		LoggerContext context = new LoggerContext();
		context.putObject(Environment.class.getName(),
				new MockEnvironment().withProperty("logging.structured.format.console", format));
		StructuredLogEncoder encoder = new StructuredLogEncoder();
		encoder.setContext(context);
		encoder.setFormat(format);
		encoder.start();
		LoggingEvent event = new LoggingEvent(StructuredLogFieldsTests.class.getName(), context.getLogger("any"),
				Level.INFO, "Hello", null, null);
		event.setMDCPropertyMap(diagnostics);
		return JsonParserFactory.getJsonParser().parseMap(new String(encoder.encode(event), StandardCharsets.UTF_8));
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(LocalCoordinatorAutoConfiguration.class)
	static class CoordinatorOnly {

	}

}
