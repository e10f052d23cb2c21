package io.clustercontroller.command;

/**
 * How a command has ended.
 *
 * @param exitCode 128 and the number of the signal if a signal ended it
 * @param timedOut whether its time was over and it was ended
 */
public record CommandResult(int exitCode, boolean timedOut) {

	public boolean isSuccess() {
		return this.exitCode == 0 && !this.timedOut;
	}

}
