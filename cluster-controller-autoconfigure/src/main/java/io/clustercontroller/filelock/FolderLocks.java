package io.clustercontroller.filelock;

import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;

import io.clustercontroller.ClusterController;
import io.clustercontroller.ClusterTimings;
import io.clustercontroller.coordination.InstanceLocks;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.event.ClusterEvents;

/**
 * Makes the locks of folders: by the session where the coordinator offers locks, by files
 * in the folder otherwise.
 */
final class FolderLocks {

	/** What a file name has room for beside the rest. */
	private static final int LONGEST_NAME = 100;

	private final ClusterController cluster;

	private final InstanceLocks sessionLocks;

	private final ClusterTimings timings;

	private final ClusterEvents events;

	private final TimeSource time;

	private final Map<Path, String> names;

	/**
	 * @param names the names of locks that were given one, by normalised path
	 */
	FolderLocks(ClusterController cluster, InstanceLocks sessionLocks, ClusterTimings timings, ClusterEvents events,
			TimeSource time, Map<Path, String> names) {
		this.cluster = cluster;
		this.sessionLocks = sessionLocks;
		this.timings = timings;
		this.events = events;
		this.time = time;
		this.names = names;
	}

	/**
	 * @param real the real path of the folder
	 */
	FolderLock create(Path real) {
		LockedFolder folder = new LockedFolder(real, name(real));
		String container = this.cluster.self().container();
		return new FolderLock(folder, arbiter(folder, container), new LockNotice(real, container, this.time),
				this.timings.ttl().dividedBy(3), new LockNews(folder, this.events, this.time), this.time);
	}

	private Arbiter arbiter(LockedFolder folder, String container) {
		if (this.sessionLocks.isAvailable()) {
			return new SessionArbiter(folder, this.sessionLocks);
		}
		String name = container.replaceAll("[^A-Za-z0-9._-]", "-");
		String owner = name.substring(0, Math.min(name.length(), LONGEST_NAME)) + "-"
				+ UUID.randomUUID().toString().replace("-", "").substring(0, 16);
		return new FileArbiter(folder, owner, this.timings.ttl(), this.timings.stepDownMargin(), this.time);
	}

	private String name(Path real) {
		return this.names.entrySet()
			.stream()
			.filter((entry) -> isAt(entry.getKey(), real))
			.map(Map.Entry::getValue)
			.findFirst()
			.orElseGet(() -> LockedFolder.nameOf(real));
	}

	private static boolean isAt(Path folder, Path real) {
		try {
			return LockedFolder.real(folder).equals(real);
		}
		catch (UnlockableFolderException ex) {
			return false;
		}
	}

}
