package io.clustercontroller.actuate;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import com.jayway.jsonpath.DocumentContext;
import io.clustercontroller.testing.EtcdProcess;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The endpoint while etcd does not answer.
 */
class FrozenEtcdTests {

	private static final Logger logger = LoggerFactory.getLogger(FrozenEtcdTests.class);

	/**
	 * Milliseconds are what it takes on an idle machine; this is far below what any wait
	 * for etcd would take.
	 */
	private static final Duration BOUND = Duration.ofMillis(1500);

	@TempDir
	private Path directory;

	@Test
	void endpointAnswersAtOnceWhileEtcdIsFrozen() {
		try (EtcdProcess etcd = EtcdProcess.launch();
				EndpointInstance first = start(etcd);
				EndpointInstance second = start(etcd)) {
			Awaitility.await("two members")
				.atMost(EndpointInstance.LIMIT)
				.until(() -> first.cluster().<List<Object>>read("$.members").size() == 2);
			measure("etcd answers", first, 100);
			// nobody has looked at the second one yet, so it knows nothing of the jobs
			etcd.freeze();
			try {
				List<Long> times = new ArrayList<>();
				Awaitility.await("the end of the session")
					.pollInterval(Duration.ofMillis(10))
					.atMost(EndpointInstance.LIMIT)
					.until(() -> {
						times.addAll(measure(second, 5));
						return "PT0S".equals(first.cluster().read("$.self.sessionRemaining"));
					});
				report("etcd is frozen, sessions run out", times);
				measure("etcd is frozen, sessions are over", first, 100);
				DocumentContext shown = first.cluster();
				assertThat(shown.<List<Object>>read("$.members")).hasSize(2);
				assertThat(shown.<Map<String, Object>>read("$.self")).doesNotContainKey("fencingToken");
				assertThat(shown.<String>read("$.jobs[0].name")).isEqualTo("report");
				assertThat(first.get("/history").statusCode()).isEqualTo(200);
				HttpResponse<String> refused = first.post("/pauseJob", "{\"name\": \"report\", \"reason\": \"x\"}");
				assertThat(refused.statusCode()).isEqualTo(503);
				assertThat(EndpointInstance.json(refused).<String>read("$.message")).contains("may be changed or not");
			}
			finally {
				etcd.thaw();
			}
		}
	}

	private EndpointInstance start(EtcdProcess etcd) {
		return EndpointInstance.start(
				Map.of("cluster-controller.etcd.hosts", etcd.endpoint(), "cluster-controller.environment", "test"),
				this.directory, "--cluster-controller.session.ttl=2s",
				"--management.endpoint.cluster.access=unrestricted");
	}

	private static void measure(String what, EndpointInstance instance, int count) {
		report(what, measure(instance, count));
	}

	private static List<Long> measure(EndpointInstance instance, int count) {
		List<Long> times = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			long begun = System.nanoTime();
			assertThat(instance.get("").statusCode()).isEqualTo(200);
			times.add(System.nanoTime() - begun);
		}
		return times;
	}

	private static void report(String what, List<Long> times) {
		Collections.sort(times);
		logger.info("GET of the endpoint while {}: median {} ms, longest {} ms, of {}", what,
				times.get(times.size() / 2) / 1e6, times.get(times.size() - 1) / 1e6, times.size());
		assertThat(Duration.ofNanos(times.get(times.size() - 1))).isLessThan(BOUND);
	}

}
