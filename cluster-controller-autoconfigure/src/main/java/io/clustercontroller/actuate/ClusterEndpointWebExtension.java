package io.clustercontroller.actuate;

import java.util.HashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import io.clustercontroller.OperationRefusedException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;
import org.springframework.util.StringUtils;

/**
 * The operations over HTTP: a POST to a path below the endpoint that ends in the name of
 * the operation, with its parameters as a JSON object. What is not done is answered with
 * the reason.
 */
@EndpointWebExtension(endpoint = ClusterEndpoint.class)
final class ClusterEndpointWebExtension {

	private static final int STATUS_CONFLICT = 409;

	private final ClusterEndpointOperations operations;

	ClusterEndpointWebExtension(ClusterEndpointOperations operations) {
		this.operations = operations;
	}

	/** A part of what there is to see; {@code null} makes it a status of 404. */
	@ReadOperation
	@Nullable HistoryDescriptor part(@Selector String part) {
		return part.equals("history") ? this.operations.history() : null;
	}

	/**
	 * One method for all, as Actuator tells methods apart by the number of their path
	 * segments only. All parameters are texts that may be missing: what Actuator itself
	 * cannot convert it refuses without saying why.
	 */
	@WriteOperation
	WebEndpointResponse<Refusal> operate(@Selector String operation, @Nullable String instanceId, @Nullable String name,
			@Nullable String reason, @Nullable String expiry, @Nullable String eligible) {
		Parameters parameters = new Parameters(operation).with("instanceId", instanceId)
			.with("name", name)
			.with("reason", reason)
			.with("expiry", expiry)
			.with("eligible", eligible);
		try {
			Runnable action = action(operation, parameters);
			parameters.requireNoOther();
			action.run();
			return new WebEndpointResponse<>(WebEndpointResponse.STATUS_NO_CONTENT);
		}
		catch (NoSuchElementException ex) {
			return refuse(WebEndpointResponse.STATUS_NOT_FOUND, ex);
		}
		catch (IllegalArgumentException ex) {
			return refuse(WebEndpointResponse.STATUS_BAD_REQUEST, ex);
		}
		catch (OperationRefusedException ex) {
			return refuse(STATUS_CONFLICT, ex);
		}
		catch (IllegalStateException ex) {
			return refuse(WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE, ex);
		}
	}

	private Runnable action(String operation, Parameters given) {
		return switch (operation) {
			case "stepDown" -> this.operations::stepDown;
			case "handOver" -> with(given.take("instanceId"), this.operations::handOver);
			case "pause" -> with(given.take("reason"), given.take("expiry"), this.operations::pause);
			case "resume" -> this.operations::resume;
			case "setEligible" -> with(given.takeBoolean("eligible"), this.operations::setEligible);
			case "pauseJob" -> with(given.take("name"), given.take("reason"), this.operations::pauseJob);
			case "resumeJob" -> with(given.take("name"), this.operations::resumeJob);
			case "runJob" -> with(given.take("name"), this.operations::runJob);
			case "takeBackup" -> with(given.take("name"), this.operations::takeBackup);
			case "restartProcess" -> this.operations::restartProcess;
			default -> throw new NoSuchElementException("There is no operation '" + operation + "'.");
		};
	}

	private static <T> Runnable with(T value, Consumer<T> action) {
		return () -> action.accept(value);
	}

	private static <T, U> Runnable with(T one, U other, BiConsumer<T, U> action) {
		return () -> action.accept(one, other);
	}

	private static WebEndpointResponse<Refusal> refuse(int status, RuntimeException reason) {
		return new WebEndpointResponse<>(new Refusal(String.valueOf(reason.getMessage())), status);
	}

	/**
	 * Why something was not done.
	 */
	record Refusal(String message) implements OperationResponseBody {
	}

	/**
	 * What was given, until it is taken.
	 */
	private static final class Parameters {

		private final String operation;

		private final Map<String, String> values = new HashMap<>();

		Parameters(String operation) {
			this.operation = operation;
		}

		Parameters with(String name, @Nullable String value) {
			if (value != null) {
				this.values.put(name, value);
			}
			return this;
		}

		String take(String name) {
			String value = this.values.remove(name);
			if (!StringUtils.hasText(value)) {
				throw new IllegalArgumentException(
						"'%s' needs '%s': give it in the JSON of the body.".formatted(this.operation, name));
			}
			return value;
		}

		boolean takeBoolean(String name) {
			String value = take(name);
			if (!value.equals("true") && !value.equals("false")) {
				throw new IllegalArgumentException(
						"'%s' has to be true or false, and not '%s'.".formatted(name, value));
			}
			return value.equals("true");
		}

		/** Whoever names a member to step down for wants something else. */
		void requireNoOther() {
			if (!this.values.isEmpty()) {
				throw new IllegalArgumentException("'%s' has no parameter '%s'.".formatted(this.operation,
						String.join("', '", new TreeSet<>(this.values.keySet()))));
			}
		}

	}

}
