package io.clustercontroller.examples.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.clustercontroller.ClusterController;
import io.clustercontroller.ServiceNotActiveException;
import io.clustercontroller.backup.Backup;
import io.clustercontroller.backup.BackupCatalog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/**
 * Puts the newest backup back into the database, or with {@code --restore=<id>} a certain
 * one, when the application is started with {@code --restore}. All of it is restored, or
 * the start fails and nothing is.
 */
@Component
class Restore implements ApplicationRunner {

	private static final Logger logger = LoggerFactory.getLogger(Restore.class);

	/** A server that was killed reads its log first. */
	private static final Duration RECOVERY = Duration.ofMinutes(5);

	private final ClusterController cluster;

	private final BackupCatalog catalog;

	private final PostgresProperties properties;

	private final Instant started;

	Restore(ClusterController cluster, BackupCatalog catalog, PostgresProperties properties,
			ApplicationContext context) {
		this.cluster = cluster;
		this.catalog = catalog;
		this.properties = properties;
		this.started = Instant.ofEpochMilli(context.getStartupDate());
	}

	@Override
	public void run(ApplicationArguments arguments)
			throws IOException, InterruptedException, ServiceNotActiveException {
		List<String> ids = arguments.getOptionValues("restore");
		if (ids == null) {
			return;
		}
		this.cluster.awaitService(this.cluster.self().service(), RECOVERY);
		if (!this.cluster.isMaster()) {
			throw new IllegalStateException("The server runs at "
					+ this.cluster.master().map((master) -> master.instanceId()).orElse("no instance")
					+ ". Stop that one, or restore there.");
		}
		restore(choose(ids));
	}

	/** Of those before this start: a due one may just have been made, of what is lost. */
	private Backup choose(List<String> ids) {
		String name = this.properties.database();
		List<Backup> backups = this.catalog.list(name)
			.stream()
			.filter((backup) -> backup.startedAt().isBefore(this.started))
			.toList();
		return backups.stream()
			.filter((backup) -> ids.isEmpty() || ids.contains(backup.id()))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("There is no backup '" + String.join("", ids) + "' of '"
					+ name + "'. There are: " + backups.stream().map(Backup::id).toList()));
	}

	private void restore(Backup backup) throws IOException, InterruptedException {
		Path folder = Files.createTempDirectory("restore-");
		try {
			Path dump = folder.resolve("dump");
			// this checks its checksum, too
			this.catalog.restore(backup, dump);
			int exitCode = new ProcessBuilder("pg_restore", "--host=" + this.properties.folder(),
					"--port=" + this.properties.port(), "--username=postgres", "--dbname=" + backup.name(), "--clean",
					"--if-exists", "--single-transaction", dump.toString())
				.inheritIO()
				.start()
				.waitFor();
			if (exitCode != 0) {
				throw new IllegalStateException(
						"The backup " + backup.id() + " is not restored: 'pg_restore' has ended with " + exitCode
								+ " and has said why. The database is as it was.");
			}
			logger.info("The backup {} is back in the database '{}'", backup.id(), backup.name());
		}
		finally {
			FileSystemUtils.deleteRecursively(folder);
		}
	}

}
