package io.clustercontroller.test;

import io.clustercontroller.ClusterController;
import io.clustercontroller.Member;
import io.clustercontroller.Role;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.annotation.DirtiesContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The annotation gives a test of Spring Boot a cluster of its own.
 */
@SpringBootTest(classes = AutoConfigureTestClusterTests.Application.class)
@AutoConfigureTestCluster
@DirtiesContext
class AutoConfigureTestClusterTests {

	@Autowired
	TestCluster cluster;

	@Autowired
	ClusterController controller;

	@Test
	void applicationIsMasterAtTheStartAndNeedsNoName() {
		assertThat(this.controller.isMaster()).isTrue();
		assertThat(this.controller.members()).hasSize(1);
		assertThat(this.controller.self().environment()).isEqualTo("test");
		assertThat(this.controller.self().service()).isEqualTo("test");
	}

	@Nested
	class InTheSameContext {

		@Test
		void isTheSameCluster(@Autowired TestCluster nested) {
			assertThat(nested).isSameAs(AutoConfigureTestClusterTests.this.cluster);
		}

	}

	@Nested
	@SpringBootTest(classes = Application.class, properties = "cluster-controller.service=report")
	@AutoConfigureTestCluster(role = Role.SLAVE)
	class AsSlave {

		@Test
		void applicationFindsAnotherMasterAndKeepsItsName(@Autowired TestCluster nested,
				@Autowired ClusterController slave) {
			assertThat(slave.role()).isEqualTo(Role.SLAVE);
			assertThat(slave.self().service()).isEqualTo("report");
			assertThat(slave.master().map(Member::instanceId)).contains("other");
			nested.becomeMaster();
			assertThat(slave.isMaster()).isTrue();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
