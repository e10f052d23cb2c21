package io.clustercontroller.sample;

import java.io.IOException;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.util.StringUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The sample does its job when it has been processed ahead of time. Only the profile
 * {@code aot} processes it, so this is run by the command that CONTRIBUTING.md names.
 */
class AotTrial {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private static final Pattern PAGE = Pattern.compile("The page of this instance: (http://localhost:\\d+)/");

	/** As variables, since both also go to the service, which has no use for them. */
	private static final Map<String, String> VARIABLES = Map.of("JAVA_TOOL_OPTIONS", "-Dspring.aot.enabled=true",
			"MANAGEMENT_ENDPOINT_CLUSTER_ACCESS", "unrestricted");

	private final HttpClient client = HttpClient.newHttpClient();

	@Test
	void rolesEventsJobsBackupsAndEndpointWork(@TempDir Path directory) throws Exception {
		try (SampleProcess first = SampleProcess.start(directory, VARIABLES)) {
			first.awaitService("I am MASTER");
			awaitLog(first, "Starting AOT-processed SampleApplication");
			try (SampleProcess second = SampleProcess.start(directory, VARIABLES)) {
				second.awaitService("I am SLAVE");
				awaitLog(first, "Others have joined");
				assertThat(get(first, "/actuator/health/master")).contains("UP");
				assertThat(get(second, "/actuator/health/slave")).contains("UP");
				assertThat(get(second, "/actuator/cluster")).contains("\"role\":\"SLAVE\"").contains("\"timings\"");
				assertThat(get(second, "/actuator/cluster/history")).contains("STARTED");
				assertThat(get(second, "/actuator/clusterdashboard")).contains("<!DOCTYPE html>");
				post(first, "/actuator/cluster/takeBackup", "{\"name\": \"visits\"}");
				awaitLog(first, "There is a backup of 'visits'");
				int ticks = ticks(first);
				await("the next tick").atMost(LIMIT).until(() -> ticks(first) > ticks);
				assertThat(second.log()).doesNotContain("This tick is mine");
				post(first, "/actuator/cluster/stepDown", "{}");
				second.awaitService("I am MASTER");
				awaitLog(second, "This tick is mine");
				second.terminate();
				second.exitCode();
				first.awaitService("I am MASTER");
			}
		}
	}

	@Test
	void localThatTheBuildChoseIsRefusedWhereEtcdIsMeant(@TempDir Path directory) throws Exception {
		Map<String, String> variables = new HashMap<>(VARIABLES);
		variables.put("ETCD_HOSTS", "etcd-1");
		try (SampleProcess sample = SampleProcess.start(directory, variables)) {
			assertThat(sample.exitCode()).isEqualTo(1);
			assertThat(sample.log()).contains(
					"it chooses etcd, but 'local' was chosen when this application was " + "processed ahead of time");
		}
	}

	private static int ticks(SampleProcess sample) {
		return StringUtils.countOccurrencesOf(sample.log(), "This tick is mine");
	}

	private static void awaitLog(SampleProcess sample, String expected) {
		await("the log to say '" + expected + "'").atMost(LIMIT).until(sample::log, (log) -> log.contains(expected));
	}

	private String get(SampleProcess sample, String path) throws IOException, InterruptedException {
		return answer(sample, HttpRequest.newBuilder(uri(sample, path)).GET());
	}

	private void post(SampleProcess sample, String path, String json) throws IOException, InterruptedException {
		answer(sample,
				HttpRequest.newBuilder(uri(sample, path))
					.header("Content-Type", "application/json")
					.POST(BodyPublishers.ofString(json)));
	}

	private String answer(SampleProcess sample, HttpRequest.Builder request) throws IOException, InterruptedException {
		HttpResponse<String> response = this.client.send(request.timeout(LIMIT).build(), BodyHandlers.ofString());
		assertThat(response.statusCode()).as(response.body()).isBetween(200, 299);
		return response.body();
	}

	private static URI uri(SampleProcess sample, String path) {
		Matcher page = PAGE.matcher(sample.log());
		assertThat(page.find()).as(sample.log()).isTrue();
		return URI.create(page.group(1) + path);
	}

}
