package io.clustercontroller.coordination.local;

import java.util.Map;

import org.springframework.boot.json.JsonWriter;

/**
 * An offer of the mastership, in a file named after the member it is made to.
 *
 * @param token the mastership that is offered; with its end the offer is void
 * @param accepted whether the member has accepted
 */
record Offer(long token, boolean accepted) {

	private static final JsonWriter<Offer> WRITER = JsonWriter.of((json) -> {
		json.add("token", Offer::token);
		json.add("accepted", Offer::accepted);
	});

	String write() {
		return WRITER.writeToString(this);
	}

	static Offer read(String text) {
		Map<String, Object> fields = Json.parse(text);
		return new Offer(Json.number(fields, "token"), Json.flag(fields, "accepted"));
	}

}
