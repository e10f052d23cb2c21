package io.clustercontroller.coordination.local;

import java.io.IOException;
import java.util.List;

import io.clustercontroller.coordination.Records.StoredRecord;

/**
 * Finds the records that have been written since the last look, and reads them only if
 * the counter of their versions has moved. Used by one thread.
 */
final class RecordWatch {

	private final ServiceFolder folder;

	private long seen;

	private RecordWatch(ServiceFolder folder, long seen) {
		this.folder = folder;
		this.seen = seen;
	}

	/** Begin with what is written from now on. */
	static RecordWatch begin(ServiceFolder folder) throws IOException {
		return new RecordWatch(folder, counter(folder));
	}

	private static long counter(ServiceFolder folder) throws IOException {
		Long counter = folder.files().read(folder.recordCounter(), Long::valueOf);
		return (counter != null) ? counter : 0;
	}

	/** What has been written since the last look. */
	List<StoredRecord> look() throws IOException {
		long former = this.seen;
		this.seen = counter(this.folder);
		if (this.seen == former) {
			return List.of();
		}
		// whoever has raised the counter has written the record when the lock is free
		return this.folder.exclusively(() -> LocalRecords.list(this.folder, ""))
			.stream()
			.filter((record) -> record.version() > former)
			.toList();
	}

}
