package io.clustercontroller.sample;

import java.util.List;

import io.clustercontroller.ClusterController;
import io.clustercontroller.backup.Backup;
import io.clustercontroller.backup.BackupCatalog;
import io.clustercontroller.job.JobOperations;
import io.clustercontroller.job.JobStatus;
import io.clustercontroller.process.ServiceProcess;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
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

	private final JobOperations jobs;

	private final BackupCatalog backups;

	private final ClusterListener listener;

	ClusterWebController(ClusterController cluster, ObjectProvider<ServiceProcess> process, JobOperations jobs,
			BackupCatalog backups, ClusterListener listener) {
		this.cluster = cluster;
		this.process = process;
		this.jobs = jobs;
		this.backups = backups;
		this.listener = listener;
	}

	@GetMapping(path = "/", produces = MediaType.TEXT_HTML_VALUE)
	String page() {
		return ClusterPage.render(status());
	}

	@GetMapping(path = "/cluster", produces = MediaType.APPLICATION_JSON_VALUE)
	ClusterStatus status() {
		return ClusterStatus.of(this.cluster, this.process.getIfAvailable(), jobs(), backups(),
				this.listener.entries());
	}

	private @Nullable List<JobStatus> jobs() {
		try {
			return this.jobs.jobs();
		}
		catch (IllegalStateException ex) {
			// etcd is away: all the rest is known without asking it
			return null;
		}
	}

	private List<Backup> backups() {
		return this.backups.names().stream().flatMap((name) -> this.backups.list(name).stream()).toList();
	}

}
