package io.clustercontroller.coordination;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;

import io.clustercontroller.coordination.Records.StoredRecord;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the records of every coordinator have to do.
 */
public abstract class RecordsContractTests extends AbstractCoordinatorTests {

	@Test
	void recordThatDoesNotExistIsEmpty() {
		Records records = records();
		assertThat(get(records.read("none"))).isEmpty();
		assertThat(get(records.list(""))).isEmpty();
		assertThat(get(records.delete("none", 1))).isFalse();
		assertThat(get(records.delete("none", Records.ABSENT))).isFalse();
	}

	@Test
	void recordIsReadByOthersAsItWasWritten() {
		String value = "{\"a\": \"b\\n\\\\c\"}\n\n second: line, ä € 😀\t";
		long version = write(records(), "jobs/a.b-c_d", value, Records.ABSENT);
		assertThat(get(records().read("jobs/a.b-c_d"))).contains(new StoredRecord("jobs/a.b-c_d", value, version));
	}

	@Test
	void recordMayBeEmpty() {
		long version = write(records(), "empty", "", Records.ABSENT);
		assertThat(get(records().read("empty"))).contains(new StoredRecord("empty", "", version));
	}

	@Test
	void recordsAreListedByPrefixInTheOrderOfTheirNames() {
		Records records = records();
		for (String name : List.of("jobs/b", "jobs", "jobs/a", "history/1", "jobs/a/x")) {
			write(records, name, name, Records.ABSENT);
		}
		assertThat(get(records.list("jobs/"))).extracting(StoredRecord::name)
			.containsExactly("jobs/a", "jobs/a/x", "jobs/b");
		assertThat(get(records.list(""))).extracting(StoredRecord::value)
			.containsExactly("history/1", "jobs", "jobs/a", "jobs/a/x", "jobs/b");
	}

	@Test
	void writeNeedsTheVersionThatWasRead() {
		Records records = records();
		long first = write(records, "a", "1", Records.ABSENT);
		assertThat(get(records.write("a", "x", Records.ABSENT, null))).isEmpty();
		assertThat(get(records.write("a", "x", first + 1, null))).isEmpty();
		assertThat(get(records.write("b", "x", first, null))).isEmpty();
		long second = write(records, "a", "2", first);
		assertThat(second).isGreaterThan(first);
		assertThat(get(records.write("a", "x", first, null))).isEmpty();
		assertThat(get(records.list(""))).containsExactly(new StoredRecord("a", "2", second));
	}

	@Test
	void deleteNeedsTheVersionThatWasRead() {
		Records records = records();
		long version = write(records, "a", "1", Records.ABSENT);
		assertThat(get(records.delete("a", version + 1))).isFalse();
		assertThat(get(records.delete("a", Records.ABSENT))).isFalse();
		assertThat(get(records.read("a"))).isPresent();
		assertThat(get(records.delete("a", version))).isTrue();
		assertThat(get(records.read("a"))).isEmpty();
	}

	@Test
	void versionGrowsAcrossDeletion() {
		Records records = records();
		long former = Records.ABSENT;
		for (int round = 0; round < 3; round++) {
			long version = write(records, "a", "same", Records.ABSENT);
			assertThat(version).isGreaterThan(former);
			assertThat(get(records.delete("a", version))).isTrue();
			former = version;
		}
	}

	@Test
	void guardedWriteHappensOnlyWhileTheMastershipLasts() {
		Participant master = participant("a", 0);
		Participant other = participant("b", 1);
		long token = master.acquire().token();
		Records records = records();
		long version = get(records.write("a", "1", Records.ABSENT, token)).orElseThrow();
		assertThat(get(records.write("a", "x", version, token - 1))).isEmpty();
		assertThat(get(records.write("a", "x", version, token + 1))).isEmpty();
		assertThat(get(records.write("a", "x", Records.ABSENT, token))).isEmpty();
		assertThat(get(master.session().handOver(token, "b"))).isTrue();
		long newToken = other.awaitHeld().token();
		assertThat(get(records.write("a", "x", version, token))).isEmpty();
		version = get(records.write("a", "2", version, newToken)).orElseThrow();
		get(other.session().release(newToken));
		assertThat(get(records.write("a", "x", version, newToken))).isEmpty();
		assertThat(get(records.read("a")).map(StoredRecord::value)).contains("2");
	}

	@Test
	void oneOfSeveralWritersWinsEachRound() {
		List<Records> writers = List.of(records(), records(), records());
		long version = Records.ABSENT;
		for (int round = 0; round < 15; round++) {
			long expected = version;
			String prefix = round + "-";
			List<CompletionStage<OptionalLong>> stages = IntStream.range(0, 9)
				.mapToObj((writer) -> writers.get(writer % 3).write("contended", prefix + writer, expected, null))
				.toList();
			List<OptionalLong> outcomes = stages.stream().map(AbstractCoordinatorTests::get).toList();
			List<OptionalLong> won = outcomes.stream().filter(OptionalLong::isPresent).toList();
			assertThat(won).hasSize(1);
			version = won.get(0).getAsLong();
			assertThat(version).isGreaterThan(expected);
			assertThat(get(writers.get(0).read("contended")))
				.contains(new StoredRecord("contended", prefix + outcomes.indexOf(won.get(0)), version));
		}
	}

	@Test
	void recordsOutliveSessionsAndBelongToTheirService() {
		Participant writer = participant("a", 0);
		Coordinator coordinator = open();
		write(coordinator.records(this.environment, this.service), "a", "1", Records.ABSENT);
		get(writer.session().leave());
		coordinator.close();
		assertThat(get(records().read("a")).map(StoredRecord::value)).contains("1");
		assertThat(get(open().records(this.environment, "other").read("a"))).isEqualTo(Optional.empty());
	}

	@Test
	void everySessionGetsAHintOfARecordThatWasWritten() {
		Participant a = participant("a", 0);
		Participant b = participant("b", 1);
		long version = write(records(), "jobs/a", "1", Records.ABSENT);
		a.listener().awaitHint("jobs/a", version);
		b.listener().awaitHint("jobs/a", version);
		long second = write(records(), "jobs/a", "2", version);
		a.listener().awaitHint("jobs/a", second);
		b.listener().awaitHint("jobs/a", second);
		assertThat(a.listener().hinted()).containsExactly("jobs/a");
	}

	@Test
	void hintsAreOfTheOwnServiceAndOfRecordsOnly() {
		Participant a = participant("a", 0);
		a.acquire();
		participant("b", 1);
		write(open().records(this.environment, "other"), "jobs/a", "1", Records.ABSENT);
		long version = write(records(), "jobs/b", "1", Records.ABSENT);
		a.listener().awaitHint("jobs/b", version);
		assertThat(a.listener().hinted()).containsExactly("jobs/b");
	}

	private Records records() {
		return open().records(this.environment, this.service);
	}

	private static long write(Records records, String name, String value, long expectedVersion) {
		return get(records.write(name, value, expectedVersion, null)).orElseThrow();
	}

}
