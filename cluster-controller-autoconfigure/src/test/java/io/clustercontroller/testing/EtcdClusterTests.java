package io.clustercontroller.testing;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EtcdCluster}.
 */
class EtcdClusterTests {

	@Test
	void survivesTheLossOfItsLeader() {
		try (EtcdCluster cluster = EtcdCluster.launch()) {
			assertThat(cluster.endpoints()).hasSize(3).doesNotHaveDuplicates();
			EtcdProcess first = cluster.leader();
			EtcdProcess follower = cluster.follower();
			assertThat(follower).isNotSameAs(first);
			first.put("/key", "value");
			assertThat(follower.get("/key")).contains("value");
			first.kill();
			EtcdProcess second = cluster.leader();
			assertThat(second).isNotSameAs(first);
			assertThat(second.get("/key")).contains("value");
			first.start();
			second.freeze();
			EtcdProcess third = cluster.leader();
			assertThat(third).isNotSameAs(second);
			third.put("/key", "changed");
			second.thaw();
			cluster.awaitComplete();
			assertThat(second.get("/key")).contains("changed");
		}
	}

}
