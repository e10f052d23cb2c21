package io.clustercontroller.coordination.etcd;

import io.clustercontroller.coordination.Coordinator;
import io.clustercontroller.coordination.LockHolder;
import io.clustercontroller.coordination.LocksContractTests;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.testing.EtcdExtension;
import io.clustercontroller.testing.EtcdProcess;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The locks of the etcd coordinator keep the contract, on a real etcd.
 */
@ExtendWith(EtcdExtension.class)
class EtcdLocksTests extends LocksContractTests {

	private EtcdProcess etcd;

	@BeforeEach
	void useEtcd(EtcdProcess etcd) {
		this.etcd = etcd;
	}

	@Override
	protected Coordinator coordinator() {
		return EtcdCoordinators.connect(EtcdConnections.to(this.etcd.endpoint()), TimeSource.SYSTEM);
	}

	@Test
	void keyIsWhereTheDesignSaysAndGoesWithTheLease() {
		Participant a = participant("a", 0);
		get(a.session().lock("data/shared"));
		assertThat(this.etcd.get(key())).contains("a");
		get(a.session().leave());
		assertThat(this.etcd.get(key())).isEmpty();
	}

	@Test
	void keyWrittenByHandIsRespectedAndNeverRemoved() {
		this.etcd.put(key(), "maintenance");
		Participant a = participant("a", 0);
		LockHolder holder = get(a.session().lock("data/shared"));
		assertThat(holder.held()).isFalse();
		assertThat(holder.instanceId()).isEqualTo("maintenance");
		get(a.session().unlock("data/shared"));
		assertThat(this.etcd.get(key())).contains("maintenance");
		this.etcd.delete(key());
		assertThat(get(a.session().lock("data/shared")).held()).isTrue();
	}

	private String key() {
		return "/" + this.environment + "/" + this.service + "/locks/data/shared";
	}

}
