package io.clustercontroller.actuate;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.clustercontroller.testing.EtcdProcess;
import io.clustercontroller.testing.Waits;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What health and meters tell while etcd is away.
 */
class EtcdOutageHealthTests {

	@Test
	void lostSessionIsOutOfServiceUntilItIsBack() {
		try (EtcdProcess etcd = EtcdProcess.launch();
				ObservedInstance instance = ObservedInstance.start(etcd, "--cluster-controller.session.ttl=2s")) {
			assertThat(instance.health("cluster").getStatus()).isEqualTo(Status.UP);
			assertThat((Duration) instance.details("cluster").get("sessionRemaining")).isPositive();
			assertThat(instance.httpStatus("master")).isEqualTo(200);
			assertThat(instance.meters().get("cluster.renewals").timer().count()).isPositive();
			assertThat(instance.meters().get("cluster.watch.age").timeGauge().value()).isNotNegative();
			assertThat(instance.meters().get("cluster.renewals.failed").counter().count()).isZero();
			double before = withoutMaster(instance);
			etcd.freeze();
			await(instance, Status.OUT_OF_SERVICE);
			assertThat(instance.details("cluster")).containsEntry("reason", "The session is lost, and tried for again");
			assertThat(instance.httpStatus("master")).isEqualTo(503);
			assertThat(instance.httpStatus("slave")).isEqualTo(503);
			assertThat(instance.httpStatus("liveness")).isEqualTo(200);
			assertThat(instance.meters().get("cluster.role").gauge().value()).isZero();
			assertThat(instance.meters().get("cluster.session.remaining").timeGauge().value()).isZero();
			Awaitility.await("a failed renewal")
				.atMost(ObservedInstance.LIMIT)
				.until(() -> instance.meters().get("cluster.renewals.failed").counter().count() >= 1);
			// until the session is gone, and not only in doubt
			Waits.letPass(Duration.ofSeconds(1));
			etcd.thaw();
			await(instance, Status.UP);
			Awaitility.await("mastership")
				.atMost(ObservedInstance.LIMIT)
				.until(() -> instance.httpStatus("master") == 200);
			Awaitility.await("the new watch")
				.atMost(ObservedInstance.LIMIT)
				.until(() -> instance.meters().get("cluster.watch.restarts").functionCounter().count() >= 1);
			Awaitility.await("the time without a master")
				.atMost(ObservedInstance.LIMIT)
				.until(() -> withoutMaster(instance) > before);
		}
	}

	private static double withoutMaster(ObservedInstance instance) {
		return instance.meters().get("cluster.without.master").timer().totalTime(TimeUnit.SECONDS);
	}

	private static void await(ObservedInstance instance, Status status) {
		Awaitility.await(status.toString())
			.pollInterval(Duration.ofMillis(20))
			.atMost(ObservedInstance.LIMIT)
			.until(() -> instance.health("cluster").getStatus().equals(status));
	}

}
