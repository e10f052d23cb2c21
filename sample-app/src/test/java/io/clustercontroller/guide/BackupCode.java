package io.clustercontroller.guide;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;

import io.clustercontroller.backup.Backup;
import io.clustercontroller.backup.BackupCatalog;
import io.clustercontroller.backup.BackupRequest;
import io.clustercontroller.backup.BackupResult;
import io.clustercontroller.backup.BackupService;

/**
 * The code in backups.md.
 */
class BackupCode {

	private final BackupService backups;

	private final BackupCatalog catalog;

	private final Settings settings;

	private final Index index;

	BackupCode(BackupService backups, BackupCatalog catalog, Settings settings, Index index) {
		this.backups = backups;
		this.catalog = catalog;
		this.settings = settings;
		this.index = index;
	}

	BackupResult take() {
		BackupResult result = this.backups.run(BackupRequest.command("shop", "pg_dump --file={output} shop")
			.extension(".sql")
			.timeout(Duration.ofHours(2)));
		this.backups.run(BackupRequest.stream("settings", (stream) -> this.settings.writeTo(stream)));
		this.backups.run(BackupRequest.path("index", (path) -> this.index.snapshot(path)));
		return result;
	}

	void restore() throws IOException {
		Backup newest = this.catalog.newest("shop").orElseThrow();
		this.catalog.restore(newest, Path.of("/tmp/shop.dump"));
	}

	interface Settings {

		void writeTo(OutputStream stream) throws IOException;

	}

	interface Index {

		void snapshot(Path path) throws IOException;

	}

}
