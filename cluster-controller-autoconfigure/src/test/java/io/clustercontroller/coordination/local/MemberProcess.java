package io.clustercontroller.coordination.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Another JVM. It ends with its standard input at the latest.
 */
final class MemberProcess implements AutoCloseable {

	private final Process process;

	private final BufferedReader output;

	private MemberProcess(List<String> arguments) throws IOException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xshare:auto",
						"-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
						MemberProcessMain.class.getName()));
		command.addAll(arguments);
		this.process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
		this.output = new BufferedReader(new InputStreamReader(this.process.getInputStream()));
	}

	/** Start and wait until the process has said that it is ready. */
	static MemberProcess start(String... arguments) throws IOException {
		MemberProcess process = new MemberProcess(List.of(arguments));
		process.awaitLine("ready");
		return process;
	}

	/** Start without waiting. */
	static MemberProcess launch(String... arguments) throws IOException {
		return new MemberProcess(List.of(arguments));
	}

	void awaitLine(String expected) throws IOException {
		String line;
		do {
			line = this.output.readLine();
			if (line == null) {
				throw new IOException("The process has ended without '" + expected + "'");
			}
		}
		while (!line.startsWith(expected));
	}

	/** SIGKILL. */
	void kill() {
		this.process.destroyForcibly();
	}

	void freeze() throws IOException, InterruptedException {
		signal("STOP");
	}

	void thaw() throws IOException, InterruptedException {
		signal("CONT");
	}

	private void signal(String name) throws IOException, InterruptedException {
		new ProcessBuilder("kill", "-" + name, String.valueOf(this.process.pid())).inheritIO().start().waitFor();
	}

	@Override
	public void close() {
		kill();
	}

}
