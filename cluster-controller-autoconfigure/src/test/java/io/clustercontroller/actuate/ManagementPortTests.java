package io.clustercontroller.actuate;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The endpoints of an application whose management has a web server, and for it an
 * application context, of its own.
 */
class ManagementPortTests {

	@TempDir
	private Path directory;

	@Test
	void endpointAndGroupsAnswerThereForTheOneInstance() {
		try (EndpointInstance instance = EndpointInstance.start(this.directory, "--management.server.port=0",
				"--management.server.address=127.0.0.1",
				"--management.endpoints.web.exposure.include=cluster,health")) {
			assertThat(instance.get("").statusCode()).isEqualTo(404);
			HttpResponse<String> cluster = get(instance, "cluster");
			assertThat(EndpointInstance.json(cluster).<List<?>>read("$.members")).hasSize(1);
			assertThat(EndpointInstance.json(cluster).<String>read("$.self.instanceId")).isEqualTo(instance.id());
			assertThat(get(instance, "health/master").statusCode()).isEqualTo(200);
			assertThat(get(instance, "health/slave").statusCode()).isEqualTo(503);
		}
	}

	private static HttpResponse<String> get(EndpointInstance instance, String path) {
		String port = instance.bean(Environment.class).getRequiredProperty("local.management.port");
		return EndpointInstance
			.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/actuator/" + path)).build());
	}

}
