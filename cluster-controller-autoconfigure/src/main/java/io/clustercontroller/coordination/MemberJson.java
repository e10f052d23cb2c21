package io.clustercontroller.coordination;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import io.clustercontroller.Role;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.json.JsonParser;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.boot.json.JsonWriter;

/**
 * How a member is stored. The role is not part of it, since it follows from the master
 * key. Unknown fields, which a newer version may write, are passed over; missing or
 * unreadable ones are an error.
 * <p>
 * Texts that are free to choose are URL-encoded: the parser that Spring Boot brings where
 * there is no other JSON library loses backslashes, and colons in names.
 */
public final class MemberJson {

	private static final JsonWriter<Member> WRITER = JsonWriter.of((json) -> {
		json.add("instanceId", Member::instanceId);
		json.add("container", (member) -> encode(member.container()));
		json.add("environment", Member::environment);
		json.add("service", Member::service);
		json.add("state", (member) -> member.state().name());
		json.add("ports", Member::ports);
		json.add("priority", Member::priority);
		json.add("joinedAt", (member) -> member.joinedAt().toString());
		json.add("metadata", (member) -> encode(member.metadata()));
		json.add("eligible", MemberJson::writtenEligible).whenNotNull();
	});

	/**
	 * Looking for the best one on the class path takes a hundred times as long as a
	 * member.
	 */
	private static final JsonParser PARSER = JsonParserFactory.getJsonParser();

	private MemberJson() {
	}

	public static String write(Member member) {
		return WRITER.writeToString(member);
	}

	/**
	 * Read a member, as a slave.
	 * @throws IllegalArgumentException if the text is not a member; the message says why
	 */
	public static Member read(String json) {
		Map<String, Object> fields = parse(json);
		try {
			return new Member(text(fields, "instanceId"), decode(text(fields, "container")),
					text(fields, "environment"), text(fields, "service"), Role.SLAVE,
					MemberState.valueOf(text(fields, "state")), ports(fields), number(field(fields, "priority")),
					Instant.parse(text(fields, "joinedAt")), metadata(fields), eligible(fields));
		}
		catch (RuntimeException ex) {
			throw new IllegalArgumentException("not a member: " + ex.getMessage(), ex);
		}
	}

	static Map<String, Object> parse(String json) {
		try {
			return PARSER.parseMap(json);
		}
		catch (RuntimeException ex) {
			throw new IllegalArgumentException("not JSON", ex);
		}
	}

	private static List<Integer> ports(Map<String, Object> fields) {
		if (!(field(fields, "ports") instanceof List<?> ports)) {
			throw new IllegalArgumentException("'ports' is not a list");
		}
		return ports.stream().map(MemberJson::number).toList();
	}

	private static Map<String, String> metadata(Map<String, Object> fields) {
		if (!(field(fields, "metadata") instanceof Map<?, ?> metadata)) {
			throw new IllegalArgumentException("'metadata' is not an object");
		}
		Map<String, String> result = new LinkedHashMap<>();
		metadata.forEach((name, value) -> result.put(decode(String.valueOf(name)), decode(String.valueOf(value))));
		return result;
	}

	/** Said only where the priority does not say it. */
	private static @Nullable Boolean writtenEligible(Member member) {
		return (member.eligible() != member.priority() > 0) ? member.eligible() : null;
	}

	/** Parsers differ in how they tell truth values. */
	private static boolean eligible(Map<String, Object> fields) {
		return !"false".equals(String.valueOf(fields.get("eligible")));
	}

	private static Map<String, String> encode(Map<String, String> metadata) {
		Map<String, String> result = new TreeMap<>();
		metadata.forEach((name, value) -> result.put(encode(name), encode(value)));
		return result;
	}

	static String encode(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8);
	}

	static String decode(String text) {
		return URLDecoder.decode(text, StandardCharsets.UTF_8);
	}

	private static int number(@Nullable Object value) {
		if (value instanceof Number number) {
			return number.intValue();
		}
		throw new IllegalArgumentException("'" + value + "' is not a number");
	}

	static String text(Map<String, Object> fields, String name) {
		if (field(fields, name) instanceof String text) {
			return text;
		}
		throw new IllegalArgumentException("'" + name + "' is not a text");
	}

	private static Object field(Map<String, Object> fields, String name) {
		Object value = fields.get(name);
		if (value == null) {
			throw new IllegalArgumentException("'" + name + "' is missing");
		}
		return value;
	}

}
