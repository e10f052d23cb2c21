package io.clustercontroller.coordination.local;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

import io.clustercontroller.Member;
import org.jspecify.annotations.Nullable;

/**
 * The folder of a service:
 *
 * <pre>
 * service.lock            held for a moment by whoever changes something that is shared
 * master.lock             held by the master
 * master.json             who is master, and the last fencing token
 * members/{id}.lock       held by the member
 * members/{id}.json       the member
 * offers/{id}.json        the mastership is offered to this member
 * records/{name}.txt      a record
 * records.counter         the last version of a record
 * </pre>
 *
 * Everything but a member's own file is written under {@link #exclusively}. Used by one
 * thread.
 */
final class ServiceFolder {

	private static final String LOCK = ".lock";

	private static final String JSON = ".json";

	private static final int ATTEMPTS = 2000;

	private final Path path;

	private final String environment;

	private final String service;

	private final TextFiles files;

	private ServiceFolder(Path path, String environment, String service, TextFiles files) {
		this.path = path;
		this.environment = environment;
		this.service = service;
		this.files = files;
	}

	/** The folder of a service, if there is one. */
	static Optional<ServiceFolder> find(BaseDirectory base, String environment, String service, TextFiles files)
			throws IOException {
		Path given = base.service(environment, service);
		return Files.isDirectory(given)
				? Optional.of(new ServiceFolder(real(base.prepare(), given), environment, service, files))
				: Optional.empty();
	}

	/** The folder of a service, created if there is none. */
	static ServiceFolder create(BaseDirectory base, String environment, String service, TextFiles files)
			throws IOException {
		Path given = base.service(environment, service);
		Path directory = base.prepare();
		for (String part : List.of("members", "offers", "records")) {
			Files.createDirectories(given.resolve(part), OwnerOnly.folder(given));
		}
		return new ServiceFolder(real(directory, given), environment, service, files);
	}

	private static Path real(Path base, Path given) throws IOException {
		Path path = given.toRealPath();
		if (!path.startsWith(base)) {
			throw new AccessDeniedException(path.toString(), null, "a link has led out of '%s'".formatted(base));
		}
		return path;
	}

	Path path() {
		return this.path;
	}

	private Path serviceLock() {
		return this.path.resolve("service.lock");
	}

	Path masterLock() {
		return this.path.resolve("master.lock");
	}

	Path memberLock(String instanceId) {
		return this.path.resolve("members").resolve(instanceId + LOCK);
	}

	Path records() {
		return this.path.resolve("records");
	}

	Path recordCounter() {
		return this.path.resolve("records.counter");
	}

	TextFiles files() {
		return this.files;
	}

	/**
	 * Do something while nobody else, in this process or another one, changes what is
	 * shared.
	 */
	<T> T exclusively(FileWork<T> work) throws IOException {
		LockFile lock = awaitLock();
		try (lock) {
			return work.run();
		}
	}

	void exclusively(FileTask task) throws IOException {
		LockFile lock = awaitLock();
		try (lock) {
			task.run();
		}
	}

	private LockFile awaitLock() throws IOException {
		Path file = serviceLock();
		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			LockFile lock = LockFile.tryAcquire(file);
			if (lock != null) {
				return lock;
			}
			LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(500_000, 1_500_000));
		}
		throw new IOException("'%s' has been locked by others for seconds".formatted(file));
	}

	/** Keep those away who clear up files that have not changed for days. */
	void touch() throws IOException {
		try (LockFile lock = awaitLock()) {
			lock.touch();
		}
	}

	/** What the master file says, or {@code null} if it is missing or broken. */
	@Nullable MasterEntry master() throws IOException {
		return this.files.read(masterFile(), MasterEntry::read);
	}

	void master(MasterEntry entry) throws IOException {
		this.files.write(masterFile(), entry.write(), true);
	}

	boolean hasMaster() {
		return !Files.notExists(masterFile());
	}

	private Path masterFile() {
		return this.path.resolve("master.json");
	}

	/** What the master file says if it names a session that lives, else {@code null}. */
	@Nullable MasterEntry livingMaster() throws IOException {
		MasterEntry entry = master();
		return (entry != null && entry.owner() != null && isAlive(entry.owner())) ? entry : null;
	}

	/** The members that have a file, dead or alive, in no order. */
	List<MemberEntry> members() throws IOException {
		Path folder = this.path.resolve("members");
		if (Files.notExists(folder)) {
			return List.of();
		}
		List<MemberEntry> members = new ArrayList<>();
		try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
			for (Path file : entries) {
				String name = file.getFileName().toString();
				if (name.endsWith(JSON)) {
					MemberEntry entry = member(name.substring(0, name.length() - JSON.length()));
					if (entry != null) {
						members.add(entry);
					}
				}
				else if (!name.endsWith(LOCK) && !name.endsWith(TextFiles.TEMPORARY)) {
					this.files.ignore(file, "not the file of a member");
				}
			}
		}
		return members;
	}

	@Nullable MemberEntry member(String instanceId) throws IOException {
		return this.files.read(memberFile(instanceId), (text) -> {
			MemberEntry entry = MemberEntry.read(text);
			Member member = entry.member();
			if (!member.instanceId().equals(instanceId) || !member.environment().equals(this.environment)
					|| !member.service().equals(this.service)) {
				throw new IllegalArgumentException("the file of another member: " + member);
			}
			return entry;
		});
	}

	/**
	 * Write the file of a member, unless it says so already. The member itself does it.
	 */
	void member(MemberEntry entry) throws IOException {
		Path file = memberFile(entry.key().instanceId());
		String text = entry.write();
		if (!text.equals(this.files.read(file))) {
			this.files.write(file, text, false);
		}
	}

	boolean hasMember(String instanceId) {
		return !Files.notExists(memberFile(instanceId));
	}

	private Path memberFile(String instanceId) {
		return this.path.resolve("members").resolve(instanceId + JSON);
	}

	/** Whether a session lives. When in doubt, it does. */
	boolean isAlive(SessionKey key) throws IOException {
		if (!BaseDirectory.isSegment(key.instanceId()) || !LockFile.isHeld(memberLock(key.instanceId()))) {
			return false;
		}
		MemberEntry present = member(key.instanceId());
		return present == null || present.key().equals(key);
	}

	/** Remove the files of a member. The caller holds its lock. */
	void removeMember(String instanceId, LockFile lock) throws IOException {
		Path file = memberFile(instanceId);
		Files.deleteIfExists(file);
		Files.deleteIfExists(file.resolveSibling(file.getFileName() + TextFiles.TEMPORARY));
		removeOffer(instanceId);
		lock.delete();
	}

	/** Clear up after a member that died, unless somebody else is busy. It can wait. */
	void bury(SessionKey key) throws IOException {
		try (LockFile exclusive = LockFile.tryAcquire(serviceLock());
				LockFile lock = (exclusive != null) ? LockFile.tryAcquire(memberLock(key.instanceId())) : null) {
			if (lock != null) {
				removeMember(key.instanceId(), lock);
			}
		}
	}

	@Nullable Offer offer(String instanceId) throws IOException {
		return this.files.read(offerFile(instanceId), Offer::read);
	}

	void offer(String instanceId, Offer offer) throws IOException {
		this.files.write(offerFile(instanceId), offer.write(), false);
	}

	void removeOffer(String instanceId) throws IOException {
		Files.deleteIfExists(offerFile(instanceId));
	}

	private Path offerFile(String instanceId) {
		return this.path.resolve("offers").resolve(instanceId + JSON);
	}

	@Override
	public String toString() {
		return this.path.toString();
	}

}
