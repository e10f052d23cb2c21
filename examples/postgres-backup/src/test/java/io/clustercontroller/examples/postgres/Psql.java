package io.clustercontroller.examples.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Asks the server by its own client.
 *
 * @param folder the folder of its socket
 * @param port the number of its socket
 */
record Psql(Path folder, int port) {

	/**
	 * Run a statement.
	 * @return what it answers, without any frills
	 * @throws IllegalStateException if it fails
	 */
	String run(String sql) throws IOException, InterruptedException {
		Process process = new ProcessBuilder("psql", "--host=" + this.folder, "--port=" + this.port,
				"--username=postgres", "--dbname=shop", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align",
				"--set=ON_ERROR_STOP=1", "--command=" + sql)
			.redirectErrorStream(true)
			.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
		if (process.waitFor() != 0) {
			throw new IllegalStateException(output);
		}
		return output;
	}

}
