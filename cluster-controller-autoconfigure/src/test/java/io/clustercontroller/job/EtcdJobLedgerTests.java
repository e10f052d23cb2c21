package io.clustercontroller.job;

import java.time.Duration;

import io.clustercontroller.event.BecameSlaveEvent;
import io.clustercontroller.event.JobCompletedEvent;
import io.clustercontroller.testing.EtcdExtension;
import io.clustercontroller.testing.EtcdProcess;
import io.clustercontroller.testing.Waits;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Jobs with a ledger in a real etcd.
 */
@ExtendWith(EtcdExtension.class)
class EtcdJobLedgerTests extends JobLedgerContractTests {

	private EtcdProcess etcd;

	private String environment;

	@BeforeEach
	void useEtcd(EtcdProcess etcd) {
		this.etcd = etcd;
		this.environment = etcd.newEnvironment();
	}

	@Test
	void operationsFailWithAReasonWhileEtcdIsAway() {
		try (EtcdProcess own = EtcdProcess.launch();
				JobInstance alone = JobInstance.start(own, own.newEnvironment(), Rare.class)) {
			own.freeze();
			long begun = System.nanoTime();
			assertThatIllegalStateException().isThrownBy(() -> alone.operations().jobs())
				.withMessageStartingWith("The ledger of the jobs cannot be read: ");
			assertThatIllegalStateException().isThrownBy(() -> alone.operations().runNow("rare"))
				.withMessageStartingWith("Job 'rare' may be changed or not, its ledger does not answer: ");
			assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Job.LEDGER_LIMIT.multipliedBy(4));
			own.thaw();
			Awaitility.await()
				.atMost(JobInstance.LIMIT)
				.ignoreExceptions()
				.until(() -> !alone.operations().jobs().isEmpty());
		}
	}

	@Test
	void pauseOfEtcdRepeatsNothingAndWhatWasMissedIsCaughtUp() {
		try (EtcdProcess own = EtcdProcess.launch();
				JobInstance alone = JobInstance.start(own, own.newEnvironment(), EverySecond.class,
						"--cluster-controller.session.ttl=30s")) {
			alone.await(JobCompletedEvent.class, 2);
			own.freeze();
			Waits.letPass(Duration.ofSeconds(6));
			int before = alone.events(JobCompletedEvent.class).size();
			own.thaw();
			alone.await(JobCompletedEvent.class, before + 3);
			assertThat(alone.controller().isMaster()).isTrue();
			assertThat(alone.events(JobCompletedEvent.class)).extracting(JobCompletedEvent::tick)
				.doesNotHaveDuplicates();
			assertThat(alone.events(BecameSlaveEvent.class)).isEmpty();
		}
	}

	@Override
	protected JobInstance launch(Class<?> application, String... args) {
		return JobInstance.start(this.etcd, this.environment, application, args);
	}

}
