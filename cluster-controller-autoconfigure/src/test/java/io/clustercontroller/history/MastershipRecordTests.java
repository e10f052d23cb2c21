package io.clustercontroller.history;

import java.time.Duration;
import java.time.Instant;

import io.clustercontroller.coordination.Records.StoredRecord;
import io.clustercontroller.event.RoleChangeCause;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * A mastership is read as it was written, and nothing else is taken for one.
 */
class MastershipRecordTests {

	private static final MastershipRecord BEGUN = new MastershipRecord(4711, "box-1a2b3c4d", "a \"box\": \\ ä",
			RoleChangeCause.HANDED_OVER, Instant.parse("2026-01-01T00:00:00.123Z"), null, null);

	@Test
	void mastershipIsReadAsItWasWritten() {
		assertThat(readBack(BEGUN)).isEqualTo(BEGUN);
		MastershipRecord full = BEGUN.withVacancy(Duration.ofMillis(53))
			.ended(Instant.parse("2026-01-01T00:10:00Z"), RoleChangeCause.SESSION_LOST);
		assertThat(readBack(full)).isEqualTo(full);
		assertThat(full.isSameAs(BEGUN)).isTrue();
	}

	@Test
	void namesSortAsTokensDo() {
		assertThat(named(Long.MAX_VALUE).name()).isEqualTo("history/9223372036854775807")
			.isGreaterThan(named(1795378974694L).name());
		assertThat(named(10).name()).isEqualTo("history/0000000000000000010").isGreaterThan(named(9).name());
		assertThat(MastershipRecord.token(named(10).name())).hasValue(10);
	}

	@ParameterizedTest
	@ValueSource(strings = { "history/10", "history/notes", "history/9999999999999999999",
			"history/0000000000000000010/x", "jobs/0000000000000000010" })
	void otherNamesAreNoMasterships(String name) {
		assertThat(MastershipRecord.token(name)).isEmpty();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> MastershipRecordJson.read(new StoredRecord(name, MastershipRecordJson.write(BEGUN), 1)))
			.withMessageContaining("not a token of 19 digits");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "[]", "{}", "{\"instanceId\":\"a\",\"container\":\"a\",\"cause\":\"BORED\"}",
			"{\"instanceId\":\"a\",\"container\":\"a\",\"cause\":\"PROMOTED\",\"since\":\"yesterday\"}",
			"{\"instanceId\":\"a\",\"container\":\"a\",\"cause\":\"PROMOTED\",\"since\":\"2026-01-01T00:00:00Z\",\"end\":1}" })
	void otherTextsAreNoMasterships(String value) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> MastershipRecordJson.read(new StoredRecord(BEGUN.name(), value, 1)))
			.withMessageStartingWith("not a mastership: ");
	}

	@Test
	void fieldsOfANewerVersionArePassedOver() {
		String json = MastershipRecordJson.write(BEGUN).replaceFirst("\\{", "{\"mood\":\"good\",");
		assertThat(MastershipRecordJson.read(new StoredRecord(BEGUN.name(), json, 1))).isEqualTo(BEGUN);
	}

	private static MastershipRecord readBack(MastershipRecord mastership) {
		return MastershipRecordJson
			.read(new StoredRecord(mastership.name(), MastershipRecordJson.write(mastership), 1));
	}

	private static MastershipRecord named(long token) {
		return new MastershipRecord(token, "a", "a", RoleChangeCause.STARTED, Instant.EPOCH, null, null);
	}

}
