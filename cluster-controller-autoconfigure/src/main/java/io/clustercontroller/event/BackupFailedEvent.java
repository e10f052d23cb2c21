package io.clustercontroller.event;

import java.time.Instant;
import java.util.List;

/**
 * A backup has failed. All that existed before is as it was.
 *
 * @param name what it was to be a backup of
 * @param reason what has happened, as a clause
 * @param output the last lines that the command has written, without the values of secret
 * variables; empty if there were none
 * @param startedAt when it began, by the wall clock of this instance
 */
public record BackupFailedEvent(String name, String reason, List<String> output, Instant startedAt) {

	public BackupFailedEvent {
		output = List.copyOf(output);
	}

}
