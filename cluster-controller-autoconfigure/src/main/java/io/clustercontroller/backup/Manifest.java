package io.clustercontroller.backup;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import org.springframework.boot.json.JsonParser;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.boot.json.JsonWriter;

/**
 * What is known of a backup, beside its data. Unknown fields, which a newer version may
 * write, are passed over.
 *
 * @param name what it is a backup of
 * @param extension what its file name ends in
 * @param duration until it was checked
 */
record Manifest(String name, String extension, Instant startedAt, Duration duration, boolean folder, long size,
		String sha256) {

	/** The name of its file. */
	static final String FILE = "backup.json";

	private static final JsonWriter<Manifest> WRITER = JsonWriter.<Manifest>of((json) -> {
		json.add("format", 1);
		json.add("name", Manifest::name);
		json.add("extension", Manifest::extension);
		json.add("startedAt", (manifest) -> manifest.startedAt().toString());
		json.add("duration", (manifest) -> manifest.duration().toString());
		json.add("kind", (manifest) -> manifest.folder() ? "folder" : "file");
		json.add("size", Manifest::size);
		json.add("sha256", Manifest::sha256);
	}).withNewLineAtEnd();

	private static final JsonParser PARSER = JsonParserFactory.getJsonParser();

	/** The name of its data. */
	String data() {
		return this.name + this.extension;
	}

	String write() {
		return WRITER.writeToString(this);
	}

	/**
	 * Read a manifest.
	 * @throws IllegalArgumentException if the text is none; the message says why
	 */
	static Manifest read(String json) {
		try {
			Map<String, Object> fields = PARSER.parseMap(json);
			Manifest manifest = new Manifest(text(fields, "name"), text(fields, "extension"),
					Instant.parse(text(fields, "startedAt")), Duration.parse(text(fields, "duration")),
					text(fields, "kind").equals("folder"), Long.parseLong(text(fields, "size")),
					text(fields, "sha256"));
			if (Path.of(manifest.data()).getNameCount() != 1) {
				throw new IllegalArgumentException("'" + manifest.data() + "' is no file name");
			}
			return manifest;
		}
		catch (RuntimeException ex) {
			throw new IllegalArgumentException("not a manifest: " + ex.getMessage(), ex);
		}
	}

	private static String text(Map<String, Object> fields, String name) {
		Object value = fields.get(name);
		if (value == null) {
			throw new IllegalArgumentException("'" + name + "' is missing");
		}
		return value.toString();
	}

}
