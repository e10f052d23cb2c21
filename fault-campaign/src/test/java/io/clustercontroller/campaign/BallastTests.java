package io.clustercontroller.campaign;

import io.clustercontroller.testing.EtcdCluster;
import io.clustercontroller.testing.EtcdProcess;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class BallastTests {

	@Test
	void etcdRefusesWritesUntilTheBallastIsRemoved() {
		try (EtcdCluster etcd = EtcdCluster.launch("--quota-backend-bytes", "16777216")) {
			EtcdProcess node = etcd.members().get(0);
			Ballast ballast = new Ballast(etcd);
			assertThat(ballast.fill()).isTrue();
			assertThatIllegalStateException().isThrownBy(() -> node.put("/key", "value"));
			ballast.remove();
			node.put("/key", "value");
			assertThat(node.get("/key")).contains("value");
		}
	}

}
