package io.clustercontroller.sample;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import io.clustercontroller.ClusterController;
import io.clustercontroller.backup.Backup;
import io.clustercontroller.backup.BackupCatalog;
import io.clustercontroller.job.JobOperations;
import io.clustercontroller.process.ServiceProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What an instance shows of itself.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "cluster-controller.coordinator=local", "cluster-controller.environment=test",
				"cluster-controller.service=shown", "cluster-controller.container=box <b>\"x\" & 'y'</b>",
				"management.endpoints.web.exposure.include=health,cluster,clusterdashboard,sbom" })
@AutoConfigureRestTestClient
class SampleApplicationTests {

	private static final Duration LIMIT = Duration.ofSeconds(20);

	@TempDir
	static Path directory;

	@DynamicPropertySource
	static void useAFolderOfItsOwn(DynamicPropertyRegistry properties) {
		properties.add("cluster-controller.local.directory", () -> directory);
		properties.add("sample.folder", () -> directory.resolve("sample").toString());
	}

	@Test
	void jsonTellsWhatTheInstanceKnows(@Autowired RestTestClient client) {
		client.get()
			.uri("/cluster")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.environment")
			.isEqualTo("test")
			.jsonPath("$.service")
			.isEqualTo("shown")
			.jsonPath("$.role")
			.isEqualTo("MASTER")
			.jsonPath("$.isMaster")
			.isEqualTo(true)
			.jsonPath("$.fencingToken")
			.isNumber()
			.jsonPath("$.members.length()")
			.isEqualTo(1)
			.jsonPath("$.members[0].priority")
			.isEqualTo(100)
			.jsonPath("$.events[-1:].text")
			.value((text) -> assertThat(text.toString()).contains("I am MASTER").contains("STARTED"));
	}

	@Test
	void pageTellsTheSame(@Autowired RestTestClient client) {
		assertThat(page(client)).contains("<h1 class=\"MASTER\">MASTER</h1>")
			.contains("service <b>shown</b>, environment <b>test</b>")
			.contains("I am MASTER");
	}

	@Test
	void bothTellOfTheServiceProcess(@Autowired RestTestClient client, @Autowired ServiceProcess process,
			@Autowired ClusterController cluster) {
		long pid = process.pid().orElseThrow();
		int port = cluster.self().ports().get(0);
		client.get()
			.uri("/cluster")
			.exchange()
			.expectBody()
			.jsonPath("$.process.pid")
			.isEqualTo(pid)
			.jsonPath("$.process.restarts")
			.isEqualTo(0)
			.jsonPath("$.process.lastExit")
			.isEmpty()
			.jsonPath("$.ports")
			.isEqualTo(port);
		assertThat(page(client)).contains("Pid <b>" + pid + "</b>")
			.contains("last exit: none")
			.contains("<a href=\"http://localhost:" + port + "/\">");
	}

	@Test
	void bothTellOfTheJob(@Autowired RestTestClient client, @Autowired JobOperations jobs) {
		jobs.runNow("tick");
		await().atMost(LIMIT)
			.untilAsserted(() -> assertThat(page(client)).containsPattern("<td>tick<td>.*<td>SUCCEEDED<td>"));
		client.get()
			.uri("/cluster")
			.exchange()
			.expectBody()
			.jsonPath("$.jobs.length()")
			.isEqualTo(2)
			.jsonPath("$.jobs[1].name")
			.isEqualTo("tick")
			.jsonPath("$.jobs[1].schedule")
			.isEqualTo("*/10 * * * * *")
			.jsonPath("$.jobs[1].nextRun")
			.isNotEmpty()
			.jsonPath("$.jobs[1].lastRun.outcome")
			.isEqualTo("SUCCEEDED");
	}

	@Test
	void theDataOfTheServiceIsBackedUpAndShown(@Autowired RestTestClient client, @Autowired JobOperations jobs,
			@Autowired BackupCatalog backups) {
		assertThat(jobs.jobs()).filteredOn((job) -> job.name().equals("backup-visits"))
			.singleElement()
			.satisfies((job) -> assertThat(job.nextRun().orElseThrow()).isBefore(Instant.now().plusSeconds(61)));
		jobs.runNow("backup-visits");
		Backup backup = await().atMost(Duration.ofSeconds(30))
			.until(() -> backups.newest("visits"), Optional::isPresent)
			.orElseThrow();
		assertThat(backup.path()).content().containsPattern("\\d+\n");
		assertThat(directory.resolve("sample/backup/visits/latest")).exists();
		client.get()
			.uri("/cluster")
			.exchange()
			.expectBody()
			.jsonPath("$.backups[-1:].sha256")
			.isEqualTo(backup.sha256());
		assertThat(page(client)).contains("<td>visits<td>", backup.sha256().substring(0, 12), backup.id())
			.contains("There is a backup of &#39;visits&#39;: " + backup.id());
	}

	@Test
	void pageShowsWhatMembersCallThemselvesAsText(@Autowired RestTestClient client) {
		assertThat(page(client)).contains("box &lt;b&gt;&quot;x&quot; &amp; &#39;y&#39;&lt;/b&gt;")
			.doesNotContain("<b>\"x\"");
	}

	@Test
	void operationsAreClosed(@Autowired RestTestClient client) {
		client.post()
			.uri("/actuator/cluster/stepDown")
			.contentType(MediaType.APPLICATION_JSON)
			.exchange()
			.expectStatus()
			.isEqualTo(HttpStatus.METHOD_NOT_ALLOWED);
		assertThat(page(client)).doesNotContain("<form");
	}

	@Test
	void billOfMaterialsNamesWhatTheStarterBrings(@Autowired RestTestClient client) {
		String bill = client.get()
			.uri("/actuator/sbom/application")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody(String.class)
			.returnResult()
			.getResponseBody();
		assertThat(bill)
			.contains("CycloneDX", "pkg:maven/io.clustercontroller/cluster-controller-autoconfigure@",
					"pkg:maven/io.etcd/jetcd-core@")
			.doesNotContain("pkg:maven/org.assertj");
	}

	private static String page(RestTestClient client) {
		return client.get()
			.uri("/")
			.exchange()
			.expectStatus()
			.isOk()
			.expectHeader()
			.contentTypeCompatibleWith(MediaType.TEXT_HTML)
			.expectBody(String.class)
			.returnResult()
			.getResponseBody();
	}

}
