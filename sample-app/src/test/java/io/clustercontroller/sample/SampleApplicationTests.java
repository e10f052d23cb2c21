package io.clustercontroller.sample;

import java.nio.file.Path;

import io.clustercontroller.ClusterController;
import io.clustercontroller.process.ServiceProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.http.MediaType;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an instance shows of itself.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "cluster-controller.coordinator=local", "cluster-controller.environment=test",
				"cluster-controller.service=shown", "cluster-controller.container=box <b>\"x\" & 'y'</b>" })
@AutoConfigureRestTestClient
class SampleApplicationTests {

	@TempDir
	static Path directory;

	@DynamicPropertySource
	static void useAFolderOfItsOwn(DynamicPropertyRegistry properties) {
		properties.add("cluster-controller.local.directory", () -> directory);
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
	void pageShowsWhatMembersCallThemselvesAsText(@Autowired RestTestClient client) {
		assertThat(page(client)).contains("box &lt;b&gt;&quot;x&quot; &amp; &#39;y&#39;&lt;/b&gt;")
			.doesNotContain("<b>\"x\"");
	}

	@Test
	void operationsAreClosed(@Autowired RestTestClient client) {
		client.post().uri("/step-down").exchange().expectStatus().isNotFound();
		assertThat(page(client)).doesNotContain("<form");
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
