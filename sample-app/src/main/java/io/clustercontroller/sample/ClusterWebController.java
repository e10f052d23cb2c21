package io.clustercontroller.sample;

import io.clustercontroller.ClusterController;

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

	private final ClusterListener listener;

	private final boolean operations;

	ClusterWebController(ClusterController cluster, ClusterListener listener,
			@Value("${sample.operations}") boolean operations) {
		this.cluster = cluster;
		this.listener = listener;
		this.operations = operations;
	}

	@GetMapping(path = "/", produces = MediaType.TEXT_HTML_VALUE)
	String page() {
		return ClusterPage.render(status(), this.operations);
	}

	@GetMapping(path = "/cluster", produces = MediaType.APPLICATION_JSON_VALUE)
	ClusterStatus status() {
		return ClusterStatus.of(this.cluster, this.listener.entries());
	}

}
