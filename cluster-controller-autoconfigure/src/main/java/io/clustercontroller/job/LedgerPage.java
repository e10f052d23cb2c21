package io.clustercontroller.job;

import java.util.Optional;
import java.util.OptionalLong;

import io.clustercontroller.coordination.Answer;
import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.Records;
import io.clustercontroller.coordination.Records.StoredRecord;
import io.clustercontroller.coordination.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * The record of one job, and what this instance knows of it without asking. Every method
 * that takes a deadline waits for the {@linkplain Answer answer} of the coordinator until
 * then at most.
 */
final class LedgerPage {

	/** What the names of all records begin with. */
	static final String PREFIX = "jobs/";

	private final String recordName;

	private final Records records;

	private final TimeSource time;

	private volatile @Nullable Entry known;

	LedgerPage(String job, Records records, TimeSource time) {
		this.recordName = PREFIX + job;
		this.records = records;
		this.time = time;
	}

	/** What is known without asking, or {@code null} if nothing is. */
	@Nullable Entry known() {
		return this.known;
	}

	/** The job as it is known without asking, or {@code null} if nothing is known. */
	@Nullable JobRecord knownJob() {
		Entry known = this.known;
		return (known != null) ? known.job() : null;
	}

	/** The version known without asking, or {@link Records#ABSENT}. */
	long knownVersion() {
		Entry known = this.known;
		return (known != null) ? known.version() : Records.ABSENT;
	}

	/**
	 * Take over what was read.
	 * @throws CoordinationException if it is not the record of a job
	 */
	Entry learn(Optional<StoredRecord> stored) {
		try {
			return remember(stored.map((found) -> new Entry(found.version(), JobRecordJson.read(found.value())))
				.orElse(Entry.NONE));
		}
		catch (IllegalArgumentException ex) {
			throw new CoordinationException("the record '%s' is %s".formatted(this.recordName, ex.getMessage()), ex);
		}
	}

	private Entry remember(Entry entry) {
		// one that is out of date costs a read later on, and does no harm
		this.known = entry;
		return entry;
	}

	/**
	 * Read the record.
	 * @throws CoordinationException if the coordinator does not answer, or with something
	 * else
	 */
	Entry read(long deadline) {
		return learn(Answer.await(() -> this.records.read(this.recordName), deadline, this.time));
	}

	/**
	 * Write the record if its version is the one given.
	 * @param token if given, only while the mastership has this token
	 * @return what stands there now, or empty if a condition did not hold
	 * @throws CoordinationException if the coordinator does not answer; it is not known
	 * whether it was written
	 */
	Optional<Entry> write(JobRecord job, long version, @Nullable Long token, long deadline) {
		OptionalLong written = Answer.await(
				() -> this.records.write(this.recordName, JobRecordJson.write(job), version, token), deadline,
				this.time);
		return written.isPresent() ? Optional.of(remember(new Entry(written.getAsLong(), job))) : Optional.empty();
	}

	/**
	 * The record at one version.
	 *
	 * @param version the version, or {@link Records#ABSENT}
	 * @param job what it says, or {@code null} if there is none
	 */
	record Entry(long version, @Nullable JobRecord job) {

		static final Entry NONE = new Entry(Records.ABSENT, null);

	}

}
