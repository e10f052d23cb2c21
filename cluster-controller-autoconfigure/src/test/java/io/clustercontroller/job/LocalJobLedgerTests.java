package io.clustercontroller.job;

import java.nio.file.Path;

import org.junit.jupiter.api.io.TempDir;

/**
 * Jobs with a ledger in a local folder.
 */
class LocalJobLedgerTests extends JobLedgerContractTests {

	@TempDir
	Path directory;

	@Override
	protected JobInstance launch(Class<?> application, String... args) {
		return JobInstance.start(this.directory, application, args);
	}

}
