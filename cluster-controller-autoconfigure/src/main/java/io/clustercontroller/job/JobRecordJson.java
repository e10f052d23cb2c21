package io.clustercontroller.job;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

import io.clustercontroller.event.JobOutcome;
import io.clustercontroller.job.JobRecord.Claim;
import io.clustercontroller.job.JobRecord.Completion;
import io.clustercontroller.job.JobRecord.Request;
import io.clustercontroller.job.JobStatus.Pause;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.json.JsonParser;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.boot.json.JsonWriter;

/**
 * How the ledger's record of a job is stored. Unknown fields, which a newer version may
 * write, are passed over; they are lost with the next write. Texts that are free to
 * choose are URL-encoded, as those of members are.
 */
final class JobRecordJson {

	private static final JsonWriter<JobRecord> WRITER = JsonWriter.of((json) -> {
		json.add("schedule", (job) -> encode(job.schedule()));
		json.add("since", (job) -> job.since().toString());
		json.add("tick", (job) -> text(job.tick())).whenNotNull();
		json.add("claim", JobRecord::claim).whenNotNull().usingMembers((claim) -> {
			claim.add("startedAt", (value) -> value.startedAt().toString());
			claim.add("instanceId", Claim::instanceId);
			claim.add("token", Claim::token);
		});
		json.add("completion", JobRecord::completion).whenNotNull().usingMembers((completion) -> {
			completion.add("outcome", (value) -> value.outcome().name());
			completion.add("duration", (value) -> value.duration().toString());
			completion.add("error", (value) -> encode(value.error())).whenNotNull();
		});
		json.add("pause", JobRecord::pause).whenNotNull().usingMembers((pause) -> {
			pause.add("reason", (value) -> encode(value.reason()));
			pause.add("since", (value) -> value.since().toString());
			pause.add("by", Pause::by);
		});
		json.add("request", JobRecord::request).whenNotNull().usingMembers((request) -> {
			request.add("at", (value) -> value.at().toString());
			request.add("by", Request::by);
		});
	});

	private static final JsonParser PARSER = JsonParserFactory.getJsonParser();

	private JobRecordJson() {
	}

	static String write(JobRecord job) {
		return WRITER.writeToString(job);
	}

	/**
	 * Read a record.
	 * @throws IllegalArgumentException if the text is none; the message says why
	 */
	static JobRecord read(String json) {
		try {
			Fields fields = new Fields(PARSER.parseMap(json));
			return new JobRecord(decode(fields.text("schedule")), fields.instant("since"),
					fields.optional("tick").map(Instant::parse).orElse(null),
					fields.object("claim", JobRecordJson::claim),
					fields.object("completion", JobRecordJson::completion),
					fields.object("pause", JobRecordJson::pause), fields.object("request", JobRecordJson::request));
		}
		catch (RuntimeException ex) {
			throw new IllegalArgumentException("not the record of a job: " + ex.getMessage(), ex);
		}
	}

	private static Claim claim(Fields fields) {
		return new Claim(fields.instant("startedAt"), fields.text("instanceId"), fields.number("token"));
	}

	private static Completion completion(Fields fields) {
		return new Completion(JobOutcome.valueOf(fields.text("outcome")), Duration.parse(fields.text("duration")),
				fields.optional("error").map(JobRecordJson::decode).orElse(null));
	}

	private static Pause pause(Fields fields) {
		return new Pause(decode(fields.text("reason")), fields.instant("since"), fields.text("by"));
	}

	private static Request request(Fields fields) {
		return new Request(fields.instant("at"), fields.text("by"));
	}

	private static @Nullable String text(@Nullable Object value) {
		return (value != null) ? value.toString() : null;
	}

	private static @Nullable String encode(@Nullable String text) {
		return (text != null) ? URLEncoder.encode(text, StandardCharsets.UTF_8) : null;
	}

	private static String decode(String text) {
		return URLDecoder.decode(text, StandardCharsets.UTF_8);
	}

	/**
	 * The fields of an object as they were read.
	 */
	private record Fields(Map<?, ?> values) {

		Optional<String> optional(String name) {
			return Optional.ofNullable(this.values.get(name)).map(String::valueOf);
		}

		String text(String name) {
			return optional(name).orElseThrow(() -> new IllegalArgumentException("'" + name + "' is missing"));
		}

		Instant instant(String name) {
			return Instant.parse(text(name));
		}

		long number(String name) {
			if (this.values.get(name) instanceof Number number) {
				return number.longValue();
			}
			throw new IllegalArgumentException("'" + name + "' is not a number");
		}

		<T> @Nullable T object(String name, Function<Fields, T> reader) {
			Object value = this.values.get(name);
			if (value != null && !(value instanceof Map)) {
				throw new IllegalArgumentException("'" + name + "' is not an object");
			}
			return (value != null) ? reader.apply(new Fields((Map<?, ?>) value)) : null;
		}

	}

}
