package io.clustercontroller.coordination.local;

import java.time.Duration;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.json.JsonWriter;

/**
 * What the master file says. It names a master only as long as that session lives.
 *
 * @param token the last fencing token given out
 * @param owner the session that is master, or {@code null} if it has been given up
 * @param handedOver whether the owner has it from the master before
 */
record MasterEntry(long token, @Nullable SessionKey owner, boolean handedOver) {

	private static final JsonWriter<MasterEntry> WRITER = JsonWriter.of((json) -> {
		json.add("token", MasterEntry::token);
		json.from(MasterEntry::owner).whenNotNull().usingMembers((owner) -> {
			owner.add("instanceId", SessionKey::instanceId);
			owner.add("session", SessionKey::session);
		});
		json.add("handedOver", MasterEntry::handedOver);
	});

	/**
	 * The token of a service whose last token is not known, higher than all before it.
	 */
	static MasterEntry initial(long wallMillis) {
		return new MasterEntry(wallMillis, null, false);
	}

	/** Nobody's, so that it can be taken. */
	MasterEntry released() {
		return new MasterEntry(this.token, null, false);
	}

	MasterEntry takenBy(SessionKey owner) {
		return new MasterEntry(this.token + 1, owner, false);
	}

	MasterEntry handedOverTo(SessionKey owner) {
		return new MasterEntry(this.token + 1, owner, true);
	}

	/** Whether this is {@link #initial} of less than the given time ago. */
	boolean isYoungerThan(Duration limit, long wallMillis) {
		long age = wallMillis - this.token;
		return this.owner == null && age >= 0 && age < limit.toMillis();
	}

	boolean isOwnedBy(SessionKey session) {
		return session.equals(this.owner);
	}

	String write() {
		return WRITER.writeToString(this);
	}

	static MasterEntry read(String text) {
		Map<String, Object> fields = Json.parse(text);
		String instanceId = Json.text(fields, "instanceId");
		String session = Json.text(fields, "session");
		if ((instanceId == null) != (session == null)) {
			throw new IllegalArgumentException("'instanceId' or 'session' is missing");
		}
		SessionKey owner = (instanceId != null && session != null) ? new SessionKey(instanceId, session) : null;
		return new MasterEntry(Json.number(fields, "token"), owner, Json.flag(fields, "handedOver"));
	}

}
