package io.clustercontroller.engine;

import java.util.List;

import io.clustercontroller.testing.EtcdExtension;
import io.clustercontroller.testing.EtcdProcess;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The starter keeps its promises on a real etcd.
 */
@ExtendWith(EtcdExtension.class)
class EtcdStarterTests extends StarterContractTests {

	private EtcdProcess etcd;

	@BeforeEach
	void useEtcd(EtcdProcess etcd) {
		this.etcd = etcd;
	}

	@Override
	protected List<String> coordinator() {
		return List.of("--cluster-controller.etcd.hosts=" + this.etcd.endpoint());
	}

}
