package io.clustercontroller.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import io.clustercontroller.ClusterController;
import io.clustercontroller.job.JobOperations;
import io.clustercontroller.job.MasterOnly;
import io.clustercontroller.job.Misfire;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * A job that appends a row to a file for each tick: the tick, the wall clock, the token,
 * and the clock that all processes of a machine share.
 */
@EnableScheduling
public class JobWitness {

	private static final String NAME = "campaign";

	/** The property that names the file. */
	public static final String FILE = "test.campaign.file";

	private final Path file;

	private final JobOperations jobs;

	private final ClusterController cluster;

	JobWitness(@Value("${" + FILE + "}") Path file, JobOperations jobs, ClusterController cluster) {
		this.file = file;
		this.jobs = jobs;
		this.cluster = cluster;
	}

	@MasterOnly(name = NAME, oncePerTick = true, misfire = Misfire.RUN_ONCE)
	@Scheduled(cron = "* * * * * *")
	void run() throws IOException {
		long token = this.cluster.fencingToken().orElse(0);
		long tick = this.jobs.jobs()
			.stream()
			.filter((job) -> job.name().equals(NAME))
			.flatMap((job) -> job.lastTick().stream())
			.findFirst()
			.orElseThrow()
			.toEpochMilli();
		// a row is one write, so that rows of several processes do not mix
		Files.writeString(this.file,
				"%d %d %d %d%n".formatted(tick, System.currentTimeMillis(), token, System.nanoTime()),
				StandardOpenOption.CREATE, StandardOpenOption.APPEND);
	}

}
