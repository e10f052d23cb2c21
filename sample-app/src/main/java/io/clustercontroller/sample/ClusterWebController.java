package io.clustercontroller.sample;

import io.clustercontroller.ClusterController;
import io.clustercontroller.process.ServiceProcess;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Shows what this instance knows, as a page and as JSON.
 */
@RestController
class ClusterWebController {

	private final ClusterController cluster;

	private final ObjectProvider<ServiceProcess> process;

	private final ClusterListener listener;

	private final boolean operations;

	ClusterWebController(ClusterController cluster, ObjectProvider<ServiceProcess> process, ClusterListener listener,
			@Value("${sample.operations}") boolean operations) {
		this.cluster = cluster;
		this.process = process;
		this.listener = listener;
		this.operations = operations;
	}

	@GetMapping(path = "/", produces = MediaType.TEXT_HTML_VALUE)
	String page() {
		return ClusterPage.render(status(), this.operations);
	}

	@GetMapping(path = "/cluster", produces = MediaType.APPLICATION_JSON_VALUE)
	ClusterStatus status() {
		return ClusterStatus.of(this.cluster, this.process.getIfAvailable(), this.listener.entries());
	}

}
