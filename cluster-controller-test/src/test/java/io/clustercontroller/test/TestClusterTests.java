package io.clustercontroller.test;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.clustercontroller.ClusterController;
import io.clustercontroller.ClusterOperations;
import io.clustercontroller.Member;
import io.clustercontroller.Role;
import io.clustercontroller.filelock.FilesystemLocks;
import io.clustercontroller.history.ClusterHistory;
import io.clustercontroller.job.MasterOnly;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The application follows the test through the starter, and has been told of everything
 * when the test goes on.
 */
class TestClusterTests {

	private TestCluster cluster = new TestCluster();

	private ConfigurableApplicationContext application;

	@AfterEach
	void end() {
		if (this.application != null) {
			this.application.close();
		}
		this.cluster.close();
	}

	@Test
	void masterAtTheStartHasHeardOfIt() {
		run();
		Awaitility.await().untilAsserted(() -> assertThat(heard()).contains("master STARTED"));
	}

	@Test
	void slaveBecomesMasterAndSlaveAgainAsOftenAsTheTestLikes() {
		this.cluster = new TestCluster(Role.SLAVE);
		run();
		this.cluster.becomeSlave();
		heard();
		long token = 0;
		for (int round = 0; round < 20; round++) {
			this.cluster.becomeMaster();
			assertThat(controller().isMaster()).isTrue();
			assertThat(heard()).containsExactly("master PROMOTED", "led by me");
			assertThat(controller().fencingToken().orElseThrow()).isGreaterThan(token);
			token = controller().fencingToken().orElseThrow();
			this.cluster.becomeSlave();
			assertThat(controller().isMaster()).isFalse();
			assertThat(heard()).containsExactly("slave STEPPED_DOWN", "led by other");
		}
	}

	@Test
	void askingForWhatIsChangesNothing() {
		run();
		this.cluster.becomeMaster();
		heard();
		this.cluster.becomeMaster();
		this.cluster.restoreSession();
		assertThat(heard()).isEmpty();
		this.cluster.becomeSlave();
		heard();
		this.cluster.becomeSlave();
		assertThat(heard()).isEmpty();
		this.cluster.loseSession();
		heard();
		this.cluster.loseSession();
		assertThat(heard()).isEmpty();
	}

	@Test
	void lostSessionEndsTheMastershipUntilItIsRestored() {
		run();
		this.cluster.becomeMaster();
		heard();
		this.cluster.loseSession();
		assertThat(heard()).containsExactly("slave SESSION_LOST", "led by nobody");
		assertThat(controller().isMaster()).isFalse();
		assertThat(controller().sessionRemaining()).isZero();
		this.cluster.restoreSession();
		assertThat(heard()).containsExactly("master PROMOTED", "led by me");
	}

	@Test
	void lostSessionIsRestoredByBothRoles() {
		run();
		this.cluster.loseSession();
		heard();
		this.cluster.becomeSlave();
		assertThat(heard()).containsExactly("led by other", "came other");
		this.cluster.loseSession();
		heard();
		this.cluster.becomeMaster();
		assertThat(heard()).contains("master PROMOTED");
	}

	@Test
	void othersComeAndTakeOverAndDie() {
		run();
		this.cluster.becomeMaster();
		heard();
		Member second = this.cluster.addMember("second");
		assertThat(heard()).containsExactly("came second");
		assertThat(controller().members()).contains(second);
		this.application.getBean(ClusterOperations.class).handOver("second");
		this.cluster.addMember("third");
		assertThat(heard()).containsExactly("slave HANDED_OVER", "led by second", "came third");
		this.cluster.removeMember("third");
		assertThat(heard()).containsExactly("went third");
		this.cluster.removeMember("second");
		assertThat(heard()).contains("went second", "master PROMOTED");
		assertThat(controller().isMaster()).isTrue();
	}

	@Test
	void applicationThatDoesNotStandIsNotMadeMaster() {
		run("--cluster-controller.election.priority=0");
		assertThatIllegalStateException().isThrownBy(this.cluster::becomeMaster)
			.withMessageContaining("cluster-controller.election.priority");
		this.cluster.becomeSlave();
		this.cluster.loseSession();
		this.cluster.restoreSession();
		assertThat(controller().isMaster()).isFalse();
	}

	@Test
	void masterlessServiceStaysSoWhilePaused() {
		run();
		this.application.getBean(ClusterOperations.class).pause("test", Duration.ofHours(1));
		this.cluster.loseSession();
		this.cluster.restoreSession();
		assertThat(controller().master()).isEmpty();
		this.cluster.becomeMaster();
		assertThat(controller().isMaster()).isTrue();
	}

	@Test
	void clustersDoNotDisturbEachOther() {
		run();
		try (TestCluster other = new TestCluster(Role.SLAVE); ConfigurableApplicationContext slave = run(other)) {
			ClusterController controllerThere = slave.getBean(ClusterController.class);
			assertThat(controller().isMaster()).isTrue();
			assertThat(controllerThere.role()).isEqualTo(Role.SLAVE);
			this.cluster.becomeSlave();
			other.becomeMaster();
			this.cluster.loseSession();
			assertThat(controllerThere.isMaster()).isTrue();
		}
		this.cluster.becomeMaster();
		assertThat(controller().isMaster()).isTrue();
	}

	@Test
	void guardedMethodRunsOnTheMasterOnly() {
		run();
		Work work = this.application.getBean(Work.class);
		work.run();
		this.cluster.becomeSlave();
		work.run();
		assertThat(work.runs()).isEqualTo(1);
		this.cluster.becomeMaster();
		work.run();
		assertThat(work.runs()).isEqualTo(2);
	}

	@Test
	void folderIsLockedInTheSessionAndLostWithIt(@TempDir Path folder) {
		run();
		FilesystemLocks locks = this.application.getBean(FilesystemLocks.class);
		assertThat(locks.tryAcquire(folder)).isTrue();
		this.cluster.loseSession();
		Awaitility.await().untilAsserted(() -> assertThat(locks.held()).isEmpty());
	}

	@Test
	void historyKnowsTheMasterships() {
		run();
		this.cluster.becomeSlave();
		this.cluster.becomeMaster();
		Awaitility.await()
			.untilAsserted(() -> assertThat(this.application.getBean(ClusterHistory.class).masterships())
				.hasSizeGreaterThanOrEqualTo(2));
	}

	@Test
	void whatCannotBeIsRefused() {
		assertThatIllegalStateException().isThrownBy(this.cluster::becomeMaster)
			.withMessageContaining("No application is running");
		run();
		this.cluster.addMember("second");
		assertThatIllegalArgumentException().isThrownBy(() -> this.cluster.addMember("second"))
			.withMessageContaining("'second'");
		assertThatIllegalArgumentException().isThrownBy(() -> this.cluster.removeMember("third"))
			.withMessageContaining("'third'");
		assertThatIllegalStateException().isThrownBy(() -> this.cluster.initialize(this.application))
			.withMessageContaining("another application context");
	}

	private void run(String... arguments) {
		this.application = run(this.cluster, arguments);
	}

	private static ConfigurableApplicationContext run(TestCluster cluster, String... arguments) {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties("cluster-controller.container=me", "spring.main.register-shutdown-hook=false")
			.initializers(cluster)
			.run(arguments);
	}

	private ClusterController controller() {
		return this.application.getBean(ClusterController.class);
	}

	private List<String> heard() {
		return this.application.getBean(Heard.class).news();
	}

	static class Work {

		private final AtomicInteger runs = new AtomicInteger();

		@MasterOnly
		void run() {
			this.runs.incrementAndGet();
		}

		int runs() {
			return this.runs.get();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ Heard.class, Work.class })
	static class Application {

	}

}
