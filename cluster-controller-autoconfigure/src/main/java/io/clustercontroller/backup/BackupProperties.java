package io.clustercontroller.backup;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.clustercontroller.InvalidPropertyException;
import io.clustercontroller.command.Command;
import io.clustercontroller.coordination.Names;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.Delimiter;
import org.springframework.format.annotation.DurationFormat;
import org.springframework.format.datetime.standard.DurationFormatterUtils;
import org.springframework.scheduling.support.CronExpression;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * Configuration properties of the backups.
 *
 * @param destinationFolder Folder that gets a folder for each name of a backup.
 * @param hoursToKeep How many hours keep a backup, the first good one of each; 0 for
 * none.
 * @param daysToKeep How many days keep a backup, the first good one of each; 0 for none.
 * @param weeksToKeep How many weeks keep a backup, the first good one of each; 0 for
 * none.
 * @param monthsToKeep How many months keep a backup, the first good one of each; 0 for
 * none.
 * @param zone Time zone of days, weeks and months, such as 'Europe/Amsterdam'. Default is
 * that of the JVM.
 * @param runOn Instances that take backups: 'master', 'slave' or 'all'.
 * @param requireMarker File in the destination folder without which no backup is taken,
 * so that nothing is written where a volume is not mounted. Never created.
 * @param minimumSize Size below which a backup counts as failed.
 * @param minimumPercent Share of the size of the newest good backup below which a backup
 * counts as failed, in percent; 0 for none.
 * @param verifyCommand Command that has to accept a backup before it is published, such
 * as 'gzip -t {output}', where {output} stands for its path. Written as a command.
 * @param timeout Time after which a backup is ended and counts as failed.
 * @param dryRun Whether nothing is dropped: the log says what would be, and why.
 * @param jobs backups that are taken without any code
 */
@ConfigurationProperties("cluster-controller.backup")
record BackupProperties(@DefaultValue("backup") Path destinationFolder, @DefaultValue("24") int hoursToKeep,
		@DefaultValue("14") int daysToKeep, @DefaultValue("4") int weeksToKeep, @DefaultValue("3") int monthsToKeep,
		@Nullable String zone, @DefaultValue("master") RunOn runOn, @Nullable String requireMarker,
		@DefaultValue("1B") DataSize minimumSize, @DefaultValue("0") int minimumPercent,
		@Delimiter(Delimiter.NONE) @DefaultValue List<String> verifyCommand, @DefaultValue("6h") Duration timeout,
		@DefaultValue("false") boolean dryRun, @DefaultValue List<Job> jobs) {

	static final String PREFIX = "cluster-controller.backup.";

	private static final Duration LONGEST = Duration.ofDays(365);

	BackupProperties {
		destinationFolder = destinationFolder.toAbsolutePath().normalize();
		checkCount("hours", hoursToKeep);
		checkCount("days", daysToKeep);
		checkCount("weeks", weeksToKeep);
		checkCount("months", monthsToKeep);
		checkZone(zone);
		checkMarker(requireMarker);
		checkSize("minimum-size", minimumSize);
		if (minimumPercent < 0 || minimumPercent > 100) {
			throw new InvalidPropertyException(PREFIX + "minimum-percent", minimumPercent,
					"a share is from 0 to 100 percent", "Set '" + PREFIX + "minimum-percent' to a number such as 50.");
		}
		verifyCommand = words("verify-command", verifyCommand);
		checkTimeout("timeout", timeout);
		jobs = List.copyOf(jobs);
		if (runOn == RunOn.SLAVE && !jobs.isEmpty()) {
			throw new InvalidPropertyException(PREFIX + "run-on", "slave",
					"jobs run on the master, so none of '" + PREFIX + "jobs' would ever be taken",
					"Set it to 'master' or 'all', or take these backups from a '@Scheduled' "
							+ "method of your own, which runs on every instance.");
		}
		Set<String> names = new HashSet<>();
		for (int i = 0; i < jobs.size(); i++) {
			jobs.get(i).check("jobs[" + i + "].");
			if (!names.add(jobs.get(i).name())) {
				throw new InvalidPropertyException(PREFIX + "jobs[" + i + "].name", jobs.get(i).name(),
						"another job has this name, and so the same folder", "Give each job a name of its own.");
			}
		}
	}

	RetentionPolicy retention() {
		return new RetentionPolicy(this.hoursToKeep, this.daysToKeep, this.weeksToKeep, this.monthsToKeep);
	}

	Destination destination() {
		return new Destination(this.destinationFolder, this.requireMarker);
	}

	ZoneId zoneId() {
		return (this.zone != null) ? ZoneId.of(this.zone) : ZoneId.systemDefault();
	}

	private static void checkCount(String period, int count) {
		if (count < 0) {
			throw new InvalidPropertyException(PREFIX + period + "-to-keep", count, "it cannot be negative",
					"Set it to the number of " + period + " that are to keep a backup, or to 0 for none.");
		}
	}

	private static void checkZone(@Nullable String zone) {
		try {
			if (zone != null) {
				ZoneId.of(zone);
			}
		}
		catch (DateTimeException ex) {
			throw new InvalidPropertyException(PREFIX + "zone", zone, "there is no such time zone",
					"Set '" + PREFIX + "zone' to a name such as 'Europe/Amsterdam' or 'UTC'.");
		}
	}

	private static void checkMarker(@Nullable String marker) {
		if (marker != null && (!StringUtils.hasText(marker) || Path.of(marker).isAbsolute()
				|| Path.of(marker).normalize().startsWith(".."))) {
			throw new InvalidPropertyException(PREFIX + "require-marker", marker,
					"it has to be a file in the destination folder",
					"Set '" + PREFIX + "require-marker' to a name such as '.mounted'.");
		}
	}

	private static void checkSize(String property, @Nullable DataSize size) {
		if (size != null && size.isNegative()) {
			throw new InvalidPropertyException(PREFIX + property, size, "a size cannot be negative",
					"Set '" + PREFIX + property + "' to a size such as 10KB.");
		}
	}

	private static void checkTimeout(String property, @Nullable Duration timeout) {
		if (timeout != null && (timeout.isNegative() || timeout.isZero() || timeout.compareTo(LONGEST) > 0)) {
			throw new InvalidPropertyException(PREFIX + property,
					DurationFormatterUtils.print(timeout, DurationFormat.Style.COMPOSITE),
					"it has to be above zero and below a year",
					"Set '" + PREFIX + property + "' to a time such as 2h.");
		}
	}

	private static List<String> words(String property, List<String> given) {
		try {
			return (given.size() != 1) ? List.copyOf(given) : Command.split(given.get(0));
		}
		catch (IllegalArgumentException ex) {
			// only its beginning: arguments may hold a secret
			throw new InvalidPropertyException(PREFIX + property, given.get(0).trim().split("\\s", 2)[0] + " ...",
					String.valueOf(ex.getMessage()), "Quote it as for a shell, or give it as a list of words: '"
							+ PREFIX + property + "[0]', '[1]' and so on.");
		}
	}

	/**
	 * A backup that is taken again and again, by the master.
	 *
	 * @param name Name of the backup, and of its folder. Required.
	 * @param command Command that makes the backup at the path that stands for {output},
	 * which is in its variable BACKUP_OUTPUT, too. A list of words, or one text that is
	 * split into words as a shell does; no shell is run unless it names one. Required.
	 * @param cron When it is taken: second, minute, hour, day of month, month, day of
	 * week. Required.
	 * @param collect Folder of which to take what the command newly writes, if it cannot
	 * be told where to write.
	 * @param extension What the names of the files end in, such as '.sql.gz'.
	 * @param verifyCommand Command that has to accept the backup, instead of the common
	 * one.
	 * @param minimumSize Size below which the backup counts as failed, instead of the
	 * common one.
	 * @param timeout Time after which the backup is ended, instead of the common one.
	 */
	record Job(@Nullable String name, @Delimiter(Delimiter.NONE) @DefaultValue List<String> command,
			@Nullable String cron, @Nullable Path collect, @DefaultValue("") String extension,
			@Delimiter(Delimiter.NONE) @DefaultValue List<String> verifyCommand, @Nullable DataSize minimumSize,
			@Nullable Duration timeout) {

		private void check(String prefix) {
			String name = (this.name != null) ? this.name : "";
			if (!Names.isValid(name)) {
				throw new InvalidPropertyException(PREFIX + prefix + "name", this.name,
						"a name consists of letters, digits, '.', '_' and '-', and begins with a letter or digit",
						"Set '" + PREFIX + prefix + "name' to a name such as 'database'.");
			}
			if (this.command.stream().noneMatch(StringUtils::hasText)) {
				throw new InvalidPropertyException(PREFIX + prefix + "command", null, "every job has to have one",
						"Set '" + PREFIX + prefix + "command' to what makes the backup, such as "
								+ "'pg_dump --file={output} shop'.");
			}
			words(prefix + "command", this.command);
			words(prefix + "verify-command", this.verifyCommand);
			if (this.cron == null || !CronExpression.isValidExpression(this.cron)) {
				throw new InvalidPropertyException(PREFIX + prefix + "cron", this.cron,
						"it has to have six fields: second, minute, hour, day of month, month, day of week",
						"Set '" + PREFIX + prefix
								+ "cron' to something such as '0 15 * * * *', a quarter past each hour.");
			}
			if (!this.extension.matches("(\\.[A-Za-z0-9_-]+)*")) {
				throw new InvalidPropertyException(PREFIX + prefix + "extension", this.extension,
						"an extension begins with a dot, and has letters, digits, '_' and '-' after each",
						"Set '" + PREFIX + prefix + "extension' to something such as '.sql.gz'.");
			}
			checkSize(prefix + "minimum-size", this.minimumSize);
			checkTimeout(prefix + "timeout", this.timeout);
		}

		String schedule() {
			return (this.cron != null) ? this.cron : "-";
		}

		BackupRequest request() {
			BackupRequest.Source source = new BackupRequest.Source.OfCommand(words("jobs.command", this.command),
					this.collect);
			List<String> verify = words("jobs.verify-command", this.verifyCommand);
			return new BackupRequest((this.name != null) ? this.name : "", source, this.extension,
					verify.isEmpty() ? null : verify, this.minimumSize, this.timeout, null, null);
		}

	}

}
