package io.clustercontroller.guide.report;

import io.clustercontroller.Role;
import io.clustercontroller.test.TestCluster;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The second code in testing.md.
 */
class ReportWithoutAnnotationTests {

	@Test
	void slaveBecomesMaster() {
		try (TestCluster cluster = new TestCluster(Role.SLAVE)) {
			new ApplicationContextRunner().withInitializer(cluster)
				.withUserConfiguration(ReportApplication.class)
				.run((application) -> {
					cluster.becomeMaster();
					assertThat(application.getBean(Reports.class).isOpen()).isTrue();
				});
		}
	}

}
