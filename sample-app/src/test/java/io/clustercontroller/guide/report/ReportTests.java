package io.clustercontroller.guide.report;

import io.clustercontroller.test.AutoConfigureTestCluster;
import io.clustercontroller.test.TestCluster;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The first code in testing.md, without the settings of the sample.
 */
@TestPropertySource(properties = "spring.config.name=none")
@SpringBootTest
@AutoConfigureTestCluster
class ReportTests {

	@Autowired
	TestCluster cluster;

	@Autowired
	Reports reports;

	@Test
	void masterReports() {
		this.cluster.becomeMaster();
		assertThat(this.reports.isOpen()).isTrue();
	}

	@Test
	void slaveDoesNot() {
		this.cluster.becomeSlave();
		assertThat(this.reports.isOpen()).isFalse();
	}

	@Test
	void nobodyReportsWithoutASession() {
		this.cluster.becomeMaster();
		this.cluster.loseSession();
		assertThat(this.reports.isOpen()).isFalse();
		this.cluster.restoreSession();
		assertThat(this.reports.isOpen()).isTrue();
	}

}
