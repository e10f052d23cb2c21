package io.clustercontroller.job;

import java.time.Duration;
import java.time.Instant;

import io.clustercontroller.event.JobOutcome;
import io.clustercontroller.job.JobRecord.Claim;
import io.clustercontroller.job.JobRecord.Completion;
import io.clustercontroller.job.JobRecord.Request;
import io.clustercontroller.job.JobStatus.Pause;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for the text of a job's record.
 */
class JobRecordJsonTests {

	private static final Instant AT = Instant.parse("2026-05-01T03:00:00.123Z");

	private static final JobRecord FULL = new JobRecord("*/10 * * * * * UTC", AT, AT.plusSeconds(1),
			new Claim(AT.plusMillis(7), "host-1", 1_795_378_974_694L),
			new Completion(JobOutcome.FAILED, Duration.ofMillis(1234), "Error: \"a\\b\": {c}, 'd' \n ä 😀"),
			new Pause("a \"reason\": with {everything}\\", AT, "host-2"), new Request(AT, "host-3"));

	@Test
	void fullRecordIsReadAsItWasWritten() {
		assertThat(JobRecordJson.read(JobRecordJson.write(FULL))).isEqualTo(FULL);
	}

	@Test
	void emptyRecordIsReadAsItWasWritten() {
		JobRecord empty = JobRecord.begin("- UTC", AT);
		assertThat(JobRecordJson.write(empty))
			.isEqualTo("{\"schedule\":\"-+UTC\",\"since\":\"2026-05-01T03:00:00.123Z\"}");
		assertThat(JobRecordJson.read(JobRecordJson.write(empty))).isEqualTo(empty);
	}

	@Test
	void fieldsOfANewerVersionArePassedOver() {
		String newer = JobRecordJson.write(FULL).replaceFirst("\\{", "{\"colour\":{\"of\":[\"sky\"]},");
		assertThat(JobRecordJson.read(newer)).isEqualTo(FULL);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "no JSON", "[]", "{}", "{\"schedule\":\"x\"}",
			"{\"schedule\":\"x\",\"since\":\"yesterday\"}",
			"{\"schedule\":\"x\",\"since\":\"2026-05-01T03:00:00Z\",\"claim\":{}}",
			"{\"schedule\":\"x\",\"since\":\"2026-05-01T03:00:00Z\",\"claim\":\"me\"}" })
	void whatIsNoRecordIsRefused(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> JobRecordJson.read(text))
			.withMessageStartingWith("not the record of a job: ");
	}

}
