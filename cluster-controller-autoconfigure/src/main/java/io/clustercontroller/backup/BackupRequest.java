package io.clustercontroller.backup;

import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.clustercontroller.command.Command;
import io.clustercontroller.coordination.Names;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;
import org.springframework.util.unit.DataSize;

/**
 * What to take a backup of, and how. Immutable; what is not said here is as the
 * properties below {@code cluster-controller.backup} say.
 *
 * @param name what it is a backup of, which is its folder below the destination: letters,
 * digits, '.', '_' and '-'
 * @param source what makes it
 * @param extension what the names of the files end in, such as {@code .sql.gz}; may be
 * empty
 * @param verifyCommand words of a command that has to accept it, with
 * <code>{output}</code> in the place of its path
 * @param minimumSize what is smaller counts as failed
 * @param timeout when it is ended and counts as failed
 * @param runOn the instances that take it
 * @param dryRun whether nothing is dropped
 */
public record BackupRequest(String name, Source source, String extension, @Nullable List<String> verifyCommand,
		@Nullable DataSize minimumSize, @Nullable Duration timeout, @Nullable RunOn runOn, @Nullable Boolean dryRun) {

	/** What stands for the path of the backup in commands. */
	public static final String OUTPUT = "{output}";

	public BackupRequest {
		Assert.isTrue(Names.isValid(name), () -> "'" + name + "' is no name for a backup: a name consists of letters, "
				+ "digits, '.', '_' and '-', and begins with a letter or digit");
		Assert.isTrue(extension.matches("(\\.[A-Za-z0-9_-]+)*"),
				() -> "'" + extension + "' is no extension: it begins with a dot, such as '.sql.gz'");
		Assert.isTrue(timeout == null || (!timeout.isNegative() && !timeout.isZero()),
				() -> "the timeout " + timeout + " is not above zero");
		verifyCommand = (verifyCommand != null) ? List.copyOf(verifyCommand) : null;
	}

	private BackupRequest(String name, Source source) {
		this(name, source, "", null, null, null, null, null);
	}

	/**
	 * What a command writes to the path that it finds in the place of
	 * <code>{output}</code> and in its variable {@code BACKUP_OUTPUT}: a file or a
	 * folder. Nothing is there when it begins.
	 * @param command split into words as a shell does; no shell is run
	 */
	public static BackupRequest command(String name, String command) {
		return command(name, Command.split(command));
	}

	/**
	 * What a command writes to the path that it finds in the place of
	 * <code>{output}</code> and in its variable {@code BACKUP_OUTPUT}.
	 */
	public static BackupRequest command(String name, List<String> words) {
		return new BackupRequest(name, new Source.OfCommand(words, null));
	}

	/**
	 * What is written to a stream, which is closed afterwards. The writer runs on a
	 * thread of the starter, and is interrupted when it is to end.
	 */
	public static BackupRequest stream(String name, StreamWriter writer) {
		return new BackupRequest(name, new Source.OfStream(writer));
	}

	/**
	 * What is made at a path where nothing is: a file or a folder. The writer runs on a
	 * thread of the starter, and is interrupted when it is to end.
	 */
	public static BackupRequest path(String name, PathWriter writer) {
		return new BackupRequest(name, new Source.OfPath(writer));
	}

	/**
	 * Take what the command newly writes into a folder of its own choice, for commands
	 * that cannot be told where to. One file is the backup; several are a folder.
	 */
	public BackupRequest collect(Path folder) {
		Assert.state(this.source instanceof Source.OfCommand, "Only what a command writes can be collected");
		List<String> words = ((Source.OfCommand) this.source).words();
		return new BackupRequest(this.name, new Source.OfCommand(words, folder), this.extension, this.verifyCommand,
				this.minimumSize, this.timeout, this.runOn, this.dryRun);
	}

	public BackupRequest extension(String extension) {
		return new BackupRequest(this.name, this.source, extension, this.verifyCommand, this.minimumSize, this.timeout,
				this.runOn, this.dryRun);
	}

	/**
	 * A command, split into words, that has to accept what is at <code>{output}</code>.
	 */
	public BackupRequest verifyCommand(String command) {
		return new BackupRequest(this.name, this.source, this.extension, Command.split(command), this.minimumSize,
				this.timeout, this.runOn, this.dryRun);
	}

	public BackupRequest minimumSize(DataSize minimumSize) {
		return new BackupRequest(this.name, this.source, this.extension, this.verifyCommand, minimumSize, this.timeout,
				this.runOn, this.dryRun);
	}

	public BackupRequest timeout(Duration timeout) {
		return new BackupRequest(this.name, this.source, this.extension, this.verifyCommand, this.minimumSize, timeout,
				this.runOn, this.dryRun);
	}

	public BackupRequest runOn(RunOn runOn) {
		return new BackupRequest(this.name, this.source, this.extension, this.verifyCommand, this.minimumSize,
				this.timeout, runOn, this.dryRun);
	}

	public BackupRequest dryRun(boolean dryRun) {
		return new BackupRequest(this.name, this.source, this.extension, this.verifyCommand, this.minimumSize,
				this.timeout, this.runOn, dryRun);
	}

	/** What makes a backup. */
	public sealed interface Source {

		/**
		 * A command.
		 *
		 * @param collect the folder of which to take what it newly writes, or
		 * {@code null} if it writes where it is told to
		 */
		record OfCommand(List<String> words, @Nullable Path collect) implements Source {

			public OfCommand {
				words = List.copyOf(words);
				Assert.notEmpty(words, "A command has at least one word");
			}

		}

		/** A callback that writes to a stream. */
		record OfStream(StreamWriter writer) implements Source {
		}

		/** A callback that makes a file or folder. */
		record OfPath(PathWriter writer) implements Source {
		}

	}

	/** Writes a backup. */
	@FunctionalInterface
	public interface StreamWriter {

		/**
		 * @throws Exception if there is no backup
		 */
		void writeTo(OutputStream stream) throws Exception;

	}

	/** Makes a backup. */
	@FunctionalInterface
	public interface PathWriter {

		/**
		 * @param path where to make it; the folder it is in exists
		 * @throws Exception if there is no backup
		 */
		void writeTo(Path path) throws Exception;

	}

}
