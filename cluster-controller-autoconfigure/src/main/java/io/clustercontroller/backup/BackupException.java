package io.clustercontroller.backup;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A backup could not be taken, read or restored. All backups that existed are as they
 * were.
 */
public class BackupException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String reason;

	/** The last lines that the command has written. */
	private final String[] output;

	/**
	 * @param name what the backup is of
	 * @param reason what is wrong, as a clause without a full stop
	 * @param output the last lines that the command has written
	 */
	public BackupException(String name, String reason, List<String> output, @Nullable Throwable cause) {
		super("Backup '" + name + "': " + reason
				+ (output.isEmpty() ? "" : ". The last it wrote:\n    " + String.join("\n    ", output)), cause);
		this.reason = reason;
		this.output = output.toArray(String[]::new);
	}

	/** What is wrong, as a clause. */
	public String getReason() {
		return this.reason;
	}

	/** The last lines that the command has written; empty if there were none. */
	public List<String> getOutput() {
		return List.of(this.output);
	}

}
