package io.clustercontroller.coordination;

/**
 * Hears of records of this service that have been written. The controller passes the
 * hints of its session on to each bean of this type.
 *
 * @see SessionListener#recordWritten(String, long)
 */
@FunctionalInterface
public interface RecordListener {

	/**
	 * A record has been written: a hint, which may come late, repeatedly or not at all.
	 * Called on a thread of the coordinator, so it hands over and returns.
	 * @param name the record's name
	 * @param version the version that was written, or a later one
	 */
	void recordWritten(String name, long version);

}
