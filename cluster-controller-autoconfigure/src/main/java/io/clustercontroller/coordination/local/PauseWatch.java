package io.clustercontroller.coordination.local;

import java.io.IOException;
import java.util.Objects;

import io.clustercontroller.Pause;
import io.clustercontroller.coordination.ClusterView;
import io.clustercontroller.coordination.PauseJson;
import io.clustercontroller.coordination.Records.StoredRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the record that pauses a service, and into it only if it has changed. Used by
 * one thread.
 */
final class PauseWatch {

	private static final Logger log = LoggerFactory.getLogger(PauseWatch.class);

	private final ServiceFolder folder;

	private @Nullable StoredRecord record;

	private @Nullable Pause pause;

	PauseWatch(ServiceFolder folder) {
		this.folder = folder;
	}

	/**
	 * The pause that is recorded, be it over or not, or {@code null} if there is none.
	 */
	@Nullable Pause look() throws IOException {
		StoredRecord present = LocalRecords.read(this.folder, ClusterView.PAUSE);
		if (!Objects.equals(present, this.record)) {
			this.record = present;
			this.pause = (present != null) ? parse(present) : null;
		}
		return this.pause;
	}

	private @Nullable Pause parse(StoredRecord record) {
		try {
			return PauseJson.read(record.value());
		}
		catch (IllegalArgumentException ex) {
			log.warn("Ignoring the record '{}' in '{}': {}", record.name(), this.folder, ex.getMessage());
			return null;
		}
	}

}
