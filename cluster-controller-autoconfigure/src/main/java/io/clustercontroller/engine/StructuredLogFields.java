package io.clustercontroller.engine;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.clustercontroller.coordination.TimeSource;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.json.JsonWriter.Members;
import org.springframework.boot.logging.structured.StructuredLoggingJsonMembersCustomizer;
import org.springframework.core.env.Environment;

/**
 * Gives each structured log line of the process, whoever logs it, the instance, its role
 * and, while it is master, its fencing token, as they are when the line is formatted. A
 * line that is logged before the instance starts or after it has left has none of them.
 * <p>
 * Boot makes it with the logging system, before there is any bean; so the instances say
 * here that they are there. Where one JVM has several, as tests do, it cannot be told
 * whose line it is, and none gets the fields.
 * <p>
 * A line in which a name comes twice is lost, as Boot refuses to write it; so the name is
 * one that applications do not have for fields of their own.
 */
final class StructuredLogFields implements StructuredLoggingJsonMembersCustomizer<Object> {

	private static final String NAME = "cluster_controller";

	private static final List<Engine> INSTANCES = new CopyOnWriteArrayList<>();

	private final boolean flat;

	StructuredLogFields(Environment environment) {
		this.flat = isGelf(environment, "console") || isGelf(environment, "file");
	}

	private static boolean isGelf(Environment environment, String target) {
		return "gelf".equalsIgnoreCase(environment.getProperty("logging.structured.format." + target));
	}

	static void begin(Engine instance) {
		INSTANCES.add(instance);
	}

	static void end(Engine instance) {
		INSTANCES.remove(instance);
	}

	@Override
	public void customize(Members<Object> members) {
		if (this.flat) {
			// GELF knows no objects, and fields of one's own begin with an underscore
			members.from((event) -> Fields.now()).whenNotNull().usingMembers((fields) -> add(fields, "_" + NAME + "_"));
		}
		else {
			members.add(NAME, (event) -> Fields.now()).whenNotNull().usingMembers((fields) -> add(fields, ""));
		}
	}

	private static void add(Members<Fields> members, String prefix) {
		members.add(prefix + "instance", Fields::instance);
		members.add(prefix + "role", Fields::role);
		members.add(prefix + "token", Fields::token).whenNotNull();
	}

	/**
	 * The fields of one line.
	 *
	 * @param instance the instance id
	 * @param role the role announced last
	 * @param token the fencing token, or {@code null} while it is not master
	 */
	private record Fields(String instance, String role, @Nullable Long token) {

		/**
		 * The fields of the one instance, or {@code null} if there is none, or several.
		 */
		static @Nullable Fields now() {
			List<Engine> instances = List.copyOf(INSTANCES);
			if (instances.size() != 1) {
				return null;
			}
			Standing standing = instances.get(0).standing();
			return new Fields(standing.self().instanceId(), standing.self().role().name(),
					standing.isMaster(TimeSource.SYSTEM) ? standing.token() : null);
		}

	}

}
