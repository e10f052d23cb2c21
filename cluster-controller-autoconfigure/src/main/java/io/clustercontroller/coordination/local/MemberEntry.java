package io.clustercontroller.coordination.local;

import io.clustercontroller.Member;
import io.clustercontroller.coordination.MemberJson;

/**
 * What the file of a member says: the member, and the session in which it is there. It is
 * there only as long as that session lives.
 */
record MemberEntry(Member member, SessionKey key) {

	String write() {
		// The session is a field that readers of members pass over.
		return "{\"session\":\"" + this.key.session() + "\"," + MemberJson.write(this.member).substring(1);
	}

	static MemberEntry read(String text) {
		Member member = MemberJson.read(text);
		String session = Json.text(Json.parse(text), "session");
		if (session == null) {
			throw new IllegalArgumentException("'session' is missing");
		}
		return new MemberEntry(member, new SessionKey(member.instanceId(), session));
	}

}
