package io.clustercontroller.coordination;

import java.time.Instant;
import java.util.Map;

import io.clustercontroller.Pause;

import org.springframework.boot.json.JsonWriter;

/**
 * How a pause is stored. As with members, free texts are URL-encoded and unknown fields
 * passed over.
 */
public final class PauseJson {

	private static final JsonWriter<Pause> WRITER = JsonWriter.of((json) -> {
		json.add("reason", (pause) -> MemberJson.encode(pause.reason()));
		json.add("by", (pause) -> MemberJson.encode(pause.by()));
		json.add("since", (pause) -> pause.since().toString());
		json.add("until", (pause) -> pause.until().toString());
	});

	private PauseJson() {
	}

	public static String write(Pause pause) {
		return WRITER.writeToString(pause);
	}

	/**
	 * Read a pause.
	 * @throws IllegalArgumentException if the text is none; the message says why
	 */
	public static Pause read(String json) {
		Map<String, Object> fields = MemberJson.parse(json);
		try {
			return new Pause(MemberJson.decode(MemberJson.text(fields, "reason")),
					MemberJson.decode(MemberJson.text(fields, "by")), Instant.parse(MemberJson.text(fields, "since")),
					Instant.parse(MemberJson.text(fields, "until")));
		}
		catch (RuntimeException ex) {
			throw new IllegalArgumentException("not a pause: " + ex.getMessage(), ex);
		}
	}

}
