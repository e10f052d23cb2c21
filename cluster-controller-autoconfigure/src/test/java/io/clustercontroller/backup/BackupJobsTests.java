package io.clustercontroller.backup;

import java.nio.file.Path;

import io.clustercontroller.event.BackupCompletedEvent;
import io.clustercontroller.event.BackupFailedEvent;
import io.clustercontroller.job.JobOperations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Backups that stand in the configuration only.
 */
class BackupJobsTests {

	@TempDir
	private Path directory;

	@Test
	void aBackupIsTakenOnScheduleWithoutALineOfJava() {
		try (BackupInstance instance = BackupInstance.start(this.directory, "jobs[0].name=shop",
				"jobs[0].command=sh -c 'echo data > \"$BACKUP_OUTPUT\"'", "jobs[0].cron=* * * * * *",
				"jobs[0].extension=.txt")) {
			BackupCompletedEvent event = instance.await(BackupCompletedEvent.class, "shop");
			assertThat(event.path()).hasContent("data\n").hasFileName("shop.txt");
			assertThat(instance.folder("shop").resolve("latest.txt")).hasContent("data\n");
		}
	}

	@Test
	void onlyTheMasterTakesIt() {
		String[] job = { "jobs[0].name=shop", "jobs[0].command=touch /no/such/folder/file",
				"jobs[0].cron=* * * * * *" };
		try (BackupInstance master = BackupInstance.start(this.directory, job);
				BackupInstance slave = BackupInstance.start(this.directory, job)) {
			master.await(BackupFailedEvent.class, "shop");
			assertThat(slave.controller().isMaster()).isFalse();
			assertThat(slave.heard(BackupFailedEvent.class)).isEmpty();
		}
	}

	@Test
	void itIsAJobLikeAnyOther() {
		try (BackupInstance instance = BackupInstance.start(this.directory, "jobs[0].name=shop",
				"jobs[0].command=sh -c 'echo data > \"$BACKUP_OUTPUT\"'", "jobs[0].cron=0 0 0 1 1 *")) {
			instance.bean(JobOperations.class).runNow("backup-shop");
			instance.await(BackupCompletedEvent.class, "shop");
			assertThat(instance.latest("shop")).isEqualTo("data\n");
		}
	}

	@Test
	void anyInstanceAsksTheMasterForIt() {
		String[] job = { "jobs[0].name=shop", "jobs[0].command=sh -c 'echo data > \"$BACKUP_OUTPUT\"'",
				"jobs[0].cron=0 0 0 1 1 *" };
		try (BackupInstance master = BackupInstance.start(this.directory, job);
				BackupInstance slave = BackupInstance.start(this.directory, job)) {
			BackupOperations operations = slave.bean(BackupOperations.class);
			assertThat(operations.names()).containsExactly("shop");
			assertThatIllegalArgumentException().isThrownBy(() -> operations.runNow("ship"))
				.withMessage("No backup 'ship' is configured. There are: shop");
			operations.runNow("shop");
			master.await(BackupCompletedEvent.class, "shop");
			assertThat(slave.heard(BackupCompletedEvent.class)).isEmpty();
		}
	}

}
