package io.clustercontroller.coordination;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

/**
 * Small durable texts of a service that outlive every session and are changed by
 * compare-and-set. No method blocks; a stage fails with {@link CoordinationException},
 * and whether a write has happened is not known then.
 */
public interface Records {

	/** The version of a record that does not exist. */
	long ABSENT = 0;

	/** Read a record. */
	CompletionStage<Optional<StoredRecord>> read(String name);

	/** Read all records whose name begins with the prefix, ordered by name. */
	CompletionStage<List<StoredRecord>> list(String prefix);

	/**
	 * Write a record if it has not been changed since it was read.
	 * @param name segments of {@code [A-Za-z0-9._-]+} divided by {@code /}
	 * @param value a text of a few kilobytes at most
	 * @param expectedVersion the version read, or {@link #ABSENT}
	 * @param fencingToken if given, the write happens only while the mastership of the
	 * service has this token
	 * @return the new version, or empty if a condition did not hold
	 */
	CompletionStage<OptionalLong> write(String name, String value, long expectedVersion, @Nullable Long fencingToken);

	/**
	 * Delete a record if it has not been changed since it was read.
	 * @return whether it was deleted
	 */
	CompletionStage<Boolean> delete(String name, long expectedVersion);

	/**
	 * A record as it was read.
	 *
	 * @param name its name
	 * @param value its text
	 * @param version grows with every write, also across a deletion
	 */
	record StoredRecord(String name, String value, long version) {
	}

}
