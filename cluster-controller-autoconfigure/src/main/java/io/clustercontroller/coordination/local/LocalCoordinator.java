package io.clustercontroller.coordination.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

import io.clustercontroller.Member;
import io.clustercontroller.coordination.ClusterView;
import io.clustercontroller.coordination.CoordinationRefusedException;
import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.Records;
import io.clustercontroller.coordination.Session;
import io.clustercontroller.coordination.SessionListener;
import io.clustercontroller.coordination.TimeSource;

/**
 * Coordinates the instances on one machine through a folder that they share. The TTL of a
 * session does not matter: a session lives as long as its process.
 */
final class LocalCoordinator implements Coordinator {

	private final BaseDirectory base;

	private final TimeSource time;

	private final TextFiles files = new TextFiles();

	private final LocalThread thread;

	private final Set<LocalSession> sessions = ConcurrentHashMap.newKeySet();

	LocalCoordinator(Path directory, TimeSource time) {
		this.base = new BaseDirectory(directory);
		this.time = time;
		this.thread = new LocalThread(this.base);
	}

	@Override
	public String description() {
		return "local folder " + this.base;
	}

	@Override
	public Session join(Member self, Duration ttl, SessionListener listener) {
		LocalSession session = new LocalSession(this.thread, listener, this.time, this.sessions::remove);
		this.sessions.add(session);
		session.open(() -> {
			if (!BaseDirectory.isSegment(self.instanceId())) {
				throw new CoordinationRefusedException(
						"The instance id '%s' cannot be the name of a file".formatted(self.instanceId()),
						"Use an instance id of letters, digits, '.', '_' and '-' that begins with a letter or digit.",
						null);
			}
			ServiceFolder folder = ServiceFolder.create(this.base, self.environment(), self.service(), this.files);
			return Presence.join(folder, self, this.time);
		});
		return session;
	}

	@Override
	public CompletionStage<ClusterView> view(String environment, String service) {
		return this.thread.call(() -> {
			Optional<ServiceFolder> folder = ServiceFolder.find(this.base, environment, service, this.files);
			if (folder.isEmpty()) {
				return new ClusterView(0, null, List.of(), false);
			}
			Snapshot snapshot = Snapshot.of(folder.get());
			return new ClusterView(0, snapshot.mastership(false), snapshot.members(), false);
		});
	}

	@Override
	public Records records(String environment, String service) {
		return new LocalRecords(() -> ServiceFolder.find(this.base, environment, service, this.files),
				() -> ServiceFolder.create(this.base, environment, service, this.files), this.thread, this.time);
	}

	/** The sessions end at once, with the thread. */
	@Override
	public void close() {
		this.thread.run(new CompletableFuture<>(), () -> Set.copyOf(this.sessions).forEach(LocalSession::close));
		this.thread.close();
	}

}
