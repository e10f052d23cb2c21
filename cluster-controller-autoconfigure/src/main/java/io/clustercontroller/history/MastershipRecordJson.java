package io.clustercontroller.history;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;

import io.clustercontroller.coordination.Records.StoredRecord;
import io.clustercontroller.event.RoleChangeCause;
import io.clustercontroller.history.MastershipRecord.End;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.json.JsonParser;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.boot.json.JsonWriter;

/**
 * How a mastership is stored. Unknown fields, which a newer version may write, are passed
 * over. The container, whose name is free to choose, is URL-encoded, as that of members.
 */
final class MastershipRecordJson {

	private static final JsonWriter<MastershipRecord> WRITER = JsonWriter.of((json) -> {
		json.add("instanceId", MastershipRecord::instanceId);
		json.add("container", (mastership) -> URLEncoder.encode(mastership.container(), StandardCharsets.UTF_8));
		json.add("cause", (mastership) -> mastership.cause().name());
		json.add("since", (mastership) -> mastership.since().toString());
		json.add("vacancy", (mastership) -> text(mastership.vacancy())).whenNotNull();
		json.add("end", MastershipRecord::end).whenNotNull().usingMembers((end) -> {
			end.add("at", (value) -> value.at().toString());
			end.add("cause", (value) -> value.cause().name());
		});
	});

	private static final JsonParser PARSER = JsonParserFactory.getJsonParser();

	private MastershipRecordJson() {
	}

	static String write(MastershipRecord mastership) {
		return WRITER.writeToString(mastership);
	}

	/**
	 * Read a record.
	 * @throws IllegalArgumentException if it is not that of a mastership; the message
	 * says why
	 */
	static MastershipRecord read(StoredRecord stored) {
		OptionalLong token = MastershipRecord.token(stored.name());
		if (token.isEmpty()) {
			throw new IllegalArgumentException("its name is not a token of 19 digits");
		}
		try {
			Map<String, Object> fields = PARSER.parseMap(stored.value());
			Object vacancy = fields.get("vacancy");
			return new MastershipRecord(token.getAsLong(), required(fields, "instanceId"),
					URLDecoder.decode(required(fields, "container"), StandardCharsets.UTF_8),
					RoleChangeCause.valueOf(required(fields, "cause")), Instant.parse(required(fields, "since")),
					(vacancy != null) ? Duration.parse(vacancy.toString()) : null, end(fields.get("end")));
		}
		catch (RuntimeException ex) {
			throw new IllegalArgumentException("not a mastership: " + ex.getMessage(), ex);
		}
	}

	private static @Nullable End end(@Nullable Object value) {
		if (value == null) {
			return null;
		}
		if (value instanceof Map<?, ?> fields) {
			return new End(Instant.parse(required(fields, "at")), RoleChangeCause.valueOf(required(fields, "cause")));
		}
		throw new IllegalArgumentException("'end' is not an object");
	}

	private static String required(Map<?, ?> fields, String name) {
		Object value = fields.get(name);
		if (value == null) {
			throw new IllegalArgumentException("'" + name + "' is missing");
		}
		return value.toString();
	}

	private static @Nullable String text(@Nullable Object value) {
		return (value != null) ? value.toString() : null;
	}

}
