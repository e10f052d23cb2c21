package io.clustercontroller.sample;

import java.net.URI;

import io.clustercontroller.ClusterOperations;
import io.clustercontroller.OperationRefusedException;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Lets a visitor of the page take the mastership from this instance. Closed unless
 * {@code sample.operations} is set, and to forms on pages of others.
 */
@RestController
@ConditionalOnBooleanProperty("sample.operations")
class StepDownWebController {

	private final ClusterOperations operations;

	StepDownWebController(ClusterOperations operations) {
		this.operations = operations;
	}

	@PostMapping(path = "/step-down", headers = { "Sec-Fetch-Site!=cross-site", "Sec-Fetch-Site!=same-site" })
	ResponseEntity<Void> stepDown() {
		this.operations.stepDown();
		return ResponseEntity.status(HttpStatus.SEE_OTHER).location(URI.create("/")).build();
	}

	@ExceptionHandler
	ResponseEntity<String> refused(OperationRefusedException refused) {
		return ResponseEntity.status(HttpStatus.CONFLICT).body(refused.getMessage());
	}

}
