package io.clustercontroller.benchmarks.scale;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

import io.clustercontroller.ClusterController;
import io.clustercontroller.ClusterOperations;
import io.clustercontroller.coordination.etcd.EtcdCoordinatorAutoConfiguration;
import io.clustercontroller.engine.ClusterControllerAutoConfiguration;
import io.clustercontroller.event.MasterChangedEvent;
import io.clustercontroller.history.HistoryAutoConfiguration;
import io.clustercontroller.testing.Waits;

import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.ConfigurationPropertiesAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

/**
 * Many members of one service in one process: applications with the starter, each with a
 * session and a client of its own, as if each were in its container. Obeys commands from
 * its standard input.
 */
public final class CrowdMain {

	/** The members of this process, in the order of their start. */
	private final List<ConfigurableApplicationContext> members = new ArrayList<>();

	/** Who has heard of which master, and when. */
	private final Queue<String> heard = new ConcurrentLinkedQueue<>();

	private CrowdMain() {
	}

	/**
	 * @param args where etcd is, how many members, the milliseconds from one start to the
	 * next, and further properties
	 */
	public static void main(String[] args) throws IOException {
		new CrowdMain().run(args);
	}

	private void run(String[] args) throws IOException {
		int count = Integer.parseInt(args[1]);
		List<String> properties = new ArrayList<>(List.of("--cluster-controller.etcd.hosts=" + args[0],
				"--cluster-controller.environment=benchmarks", "--cluster-controller.service=crowd",
				"--logging.level.root=warn", "--logging.level.io.clustercontroller=warn"));
		properties.addAll(List.of(args).subList(3, args.length));
		Duration pause = Duration.ofMillis(Long.parseLong(args[2]));
		for (int i = 0; i < count; i++) {
			Waits.letPass(pause);
			this.members.add(new SpringApplicationBuilder(Member.class).web(WebApplicationType.NONE)
				.bannerMode(Banner.Mode.OFF)
				.logStartupInfo(false)
				.registerShutdownHook(false)
				.initializers(
						(context) -> context.getBeanFactory().registerSingleton("listener", new Listener(this.heard)))
				.run(properties.toArray(String[]::new)));
		}
		System.out.println("ready");
		obey();
	}

	private void obey() throws IOException {
		try (BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
			for (String line = input.readLine(); line != null; line = input.readLine()) {
				String[] words = line.split(" ");
				String answer = switch (words[0]) {
					case "members" -> "members " + this.members.stream()
						.mapToInt((member) -> member.getBean(ClusterController.class).members().size())
						.min()
						.orElse(0);
					case "step-down" -> "done " + handOver((operations) -> operations.stepDown());
					case "hand-over" -> "done " + handOver((operations) -> operations.handOver(words[1]));
					case "id" -> "id " + this.members.get(0).getBean(ClusterController.class).self().instanceId();
					case "heard" -> "heard " + heard(Long.parseLong(words[1]));
					case "resources" -> "resources " + resources();
					default -> throw new IllegalArgumentException(line);
				};
				System.out.println(answer);
			}
		}
		Runtime.getRuntime().halt(0);
	}

	/** When the master, if it is here, was told to; 0 if it is not here. */
	private long handOver(Consumer<ClusterOperations> operation) {
		for (ConfigurableApplicationContext member : this.members) {
			if (member.getBean(ClusterController.class).isMaster()) {
				long now = System.nanoTime();
				operation.accept(member.getBean(ClusterOperations.class));
				return now;
			}
		}
		return 0;
	}

	/**
	 * The times at which members here have heard of a master with a higher token than
	 * this.
	 */
	private String heard(long token) {
		StringBuilder times = new StringBuilder();
		for (String line : this.heard) {
			String[] words = line.split(" ");
			if (Long.parseLong(words[0]) > token) {
				times.append(words[1]).append(' ');
			}
		}
		return times.toString().trim();
	}

	private static String resources() {
		System.gc();
		Runtime runtime = Runtime.getRuntime();
		return (runtime.totalMemory() - runtime.freeMemory()) / 1024 + " " + Thread.activeCount();
	}

	/** What it takes to be a member; a thousand times all the rest is of no interest. */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ ConfigurationPropertiesAutoConfiguration.class, SslAutoConfiguration.class,
			EtcdCoordinatorAutoConfiguration.class, ClusterControllerAutoConfiguration.class,
			HistoryAutoConfiguration.class })
	static class Member {

	}

	static final class Listener {

		private final Queue<String> heard;

		Listener(Queue<String> heard) {
			this.heard = heard;
		}

		@EventListener
		void changed(MasterChangedEvent event) {
			if (event.master().isPresent()) {
				this.heard.add(event.fencingToken() + " " + System.nanoTime());
			}
		}

	}

}
