package io.clustercontroller.backup;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for {@link BackupProperties}, bound from all sources of an application.
 */
@ExtendWith(OutputCaptureExtension.class)
class BackupPropertiesTests {

	@TempDir
	private Path directory;

	@Test
	void theDefaultsAreThoseOfThePredecessor() {
		BackupProperties properties = bind(Map.of());
		assertThat(properties.retention()).isEqualTo(new RetentionPolicy(24, 14, 4, 3));
		assertThat(properties.destinationFolder()).isEqualTo(Path.of("backup").toAbsolutePath());
		assertThat(properties.runOn()).isEqualTo(RunOn.MASTER);
		assertThat(properties.jobs()).isEmpty();
	}

	@Test
	void theVariablesOfThePredecessorCount() {
		BackupProperties properties = bind(
				Map.of("BACKUP_HOURS_TO_KEEP", "0", "BACKUP_DAYS_TO_KEEP", "1", "BACKUP_WEEKS_TO_KEEP", "2",
						"BACKUP_MONTHS_TO_KEEP", "5", "BACKUP_DESTINATION_FOLDER", "/srv/my.app/b"));
		assertThat(properties.retention()).isEqualTo(new RetentionPolicy(0, 1, 2, 5));
		assertThat(properties.destinationFolder()).isEqualTo(Path.of("/srv/my.app/b"));
	}

	@Test
	void nothingIsMadeBeforeTheFirstBackup() {
		try (BackupInstance instance = BackupInstance.start(this.directory)) {
			assertThat(instance.folder("any").getParent()).doesNotExist();
			assertThat(Files.exists(Path.of("None"))).isFalse();
		}
	}

	@Test
	void aJobSaysWhatItLikesInItsOwnWay() {
		BackupProperties properties = bind(Map.of(), "jobs[0].name=shop", "jobs[0].cron=0 15 * * * *",
				"jobs[0].command=pg_dump --file={output} 'my shop'", "jobs[0].extension=.sql",
				"jobs[0].verify-command=grep -q 'dump complete' {output}", "jobs[0].minimum-size=10KB",
				"jobs[0].timeout=2h", "jobs[0].collect=/srv/dumps", "timeout=1h");
		BackupRequest request = properties.jobs().get(0).request();
		assertThat(request.source()).isEqualTo(BackupRequest.command("shop", "pg_dump --file={output} 'my shop'")
			.collect(Path.of("/srv/dumps"))
			.source());
		assertThat(request.verifyCommand()).containsExactly("grep", "-q", "dump complete", "{output}");
		assertThat(Terms.of(request, properties))
			.hasToString("Terms[verifyCommand=[grep, -q, dump complete, {output}], minimumSize=10240B, timeout=PT2H, "
					+ "runOn=MASTER, dryRun=false]");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			hours-to-keep=-1 | 'cluster-controller.backup.hours-to-keep' has the value '-1' | 0 for none
			days-to-keep=14d | cluster-controller.backup.days-to-keep | 14d
			weeks-to-keep=-4 | weeks-to-keep' has the value '-4' | cannot be negative
			months-to-keep=-2 | months-to-keep' has the value '-2' | cannot be negative
			zone=Mars/Olympus | 'cluster-controller.backup.zone' has the value 'Mars/Olympus' | Europe/Amsterdam
			require-marker=/etc/passwd | require-marker' has the value '/etc/passwd' | in the destination folder
			require-marker=../x | require-marker' has the value '../x' | in the destination folder
			minimum-size=-1B | minimum-size' has the value '-1B' | cannot be negative
			minimum-percent=101 | minimum-percent' has the value '101' | from 0 to 100
			timeout=0s | timeout' has the value '0s' | above zero
			timeout=soon | cluster-controller.backup.timeout | soon
			run-on=moon | cluster-controller.backup.run-on | moon
			verify-command=gzip 'x | verify-command' has the value 'gzip ...' | Quote it
			jobs[0].cron=0 0 * * * * | jobs[0].name' is not set | such as 'database'
			jobs[0].name=a/b | jobs[0].name' has the value 'a/b' | letters, digits
			jobs[0].name=a | jobs[0].command' is not set | {output}
			""")
	void valuesThatCannotBeUsedEndTheStart(String property, String what, String remedy, CapturedOutput output) {
		assertThatException().isThrownBy(() -> bind(Map.of(), property));
		assertThat(output).contains("APPLICATION FAILED TO START", what, remedy);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			cron=every hour | jobs[0].cron' has the value 'every hour' | six fields
			extension=sql | jobs[0].extension' has the value 'sql' | begins with a dot
			command=sh -c 'x | jobs[0].command' has the value 'sh ...' | Quote it
			minimum-size=-1B | jobs[0].minimum-size' has the value '-1B' | cannot be negative
			timeout=-1s | jobs[0].timeout' has the value '-1s' | above zero
			""")
	void soDoThoseOfJobs(String property, String what, String remedy, CapturedOutput output) {
		Stream<String> others = Stream.of("name=a", "command=true", "cron=0 0 * * * *")
			.filter((other) -> !other.startsWith(property.substring(0, property.indexOf('='))));
		assertThatException().isThrownBy(() -> bind(Map.of(),
				Stream.concat(others, Stream.of(property)).map((one) -> "jobs[0]." + one).toArray(String[]::new)));
		assertThat(output).contains("APPLICATION FAILED TO START", what, remedy);
	}

	@Test
	void twoJobsOfOneNameEndTheStart(CapturedOutput output) {
		assertThatException().isThrownBy(() -> bind(Map.of(), "jobs[0].name=a", "jobs[0].command=true",
				"jobs[0].cron=0 0 * * * *", "jobs[1].name=a", "jobs[1].command=true", "jobs[1].cron=0 0 * * * *"));
		assertThat(output).contains("jobs[1].name' has the value 'a'", "another job has this name");
	}

	@Test
	void jobsOnASlaveEndTheStart(CapturedOutput output) {
		assertThatException().isThrownBy(() -> bind(Map.of(), "run-on=slave", "jobs[0].name=a", "jobs[0].command=true",
				"jobs[0].cron=0 0 * * * *"));
		assertThat(output).contains("'cluster-controller.backup.run-on' has the value 'slave'",
				"jobs run on the master");
	}

	@Test
	void theVariableIsNamed(CapturedOutput output) {
		assertThatException().isThrownBy(() -> bind(Map.of("BACKUP_HOURS_TO_KEEP", "-5")));
		assertThat(output).contains("BACKUP_HOURS_TO_KEEP", "'-5'");
	}

	private static BackupProperties bind(Map<String, Object> variables, String... properties) {
		SpringApplication application = new SpringApplication(Bound.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.setBannerMode(Banner.Mode.OFF);
		application.setRegisterShutdownHook(false);
		application.setEnvironment(new StandardEnvironment() {

			@Override
			public Map<String, Object> getSystemEnvironment() {
				return variables;
			}

		});
		try (ConfigurableApplicationContext context = application
			.run(Stream.of(properties).map((one) -> "--" + BackupProperties.PREFIX + one).toArray(String[]::new))) {
			return context.getBean(BackupProperties.class);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(BackupProperties.class)
	static class Bound {

	}

}
