package io.clustercontroller.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.clustercontroller.event.RoleChangeCause;
import io.clustercontroller.history.MastershipEntry;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * Who was master when, as the endpoint {@code cluster} shows it. The names of the
 * components are those of the JSON and do not change; what is {@code null} is left out.
 *
 * @param masterships the newest one first, 100 at most
 */
record HistoryDescriptor(List<MastershipDescriptor> masterships) implements OperationResponseBody {

	static HistoryDescriptor of(List<MastershipEntry> masterships) {
		return new HistoryDescriptor(masterships.stream().map(MastershipDescriptor::of).toList());
	}

	/**
	 * One mastership; see {@link MastershipEntry}.
	 *
	 * @param until left out while it lasts, and where its end is not known
	 * @param endCause left out like {@code until}
	 * @param withoutMaster how long nobody was master before; left out where that is not
	 * known
	 */
	record MastershipDescriptor(String instanceId, String container, long fencingToken, RoleChangeCause cause,
			Instant since, @Nullable Instant until, @Nullable RoleChangeCause endCause,
			@Nullable Duration withoutMaster) {

		static MastershipDescriptor of(MastershipEntry mastership) {
			return new MastershipDescriptor(mastership.instanceId(), mastership.container(), mastership.fencingToken(),
					mastership.cause(), mastership.since(), mastership.until().orElse(null),
					mastership.endCause().orElse(null), mastership.withoutMaster().orElse(null));
		}

	}

}
