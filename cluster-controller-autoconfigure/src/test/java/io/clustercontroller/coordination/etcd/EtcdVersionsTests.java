package io.clustercontroller.coordination.etcd;

import io.clustercontroller.coordination.etcd.EtcdConnectionDetails.Endpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class EtcdVersionsTests {

	private static final Endpoint FIRST = new Endpoint("a", 2379);

	private static final Endpoint SECOND = new Endpoint("b", 2379);

	@ParameterizedTest
	@ValueSource(strings = { "3.3.27", "3.4.23", "3.4.30", "3.5.0", "3.5.12", "3.5.12-rc.1" })
	void defectIsKnown(String version) {
		assertThat(EtcdVersions.hasDefect(version)).isTrue();
	}

	@Test
	void severalMembersWithTheDefectMayEndLiveLeases() {
		EtcdVersions versions = new EtcdVersions();
		assertThat(versions.mayEndLiveLeases()).as("nothing is known").isTrue();
		versions.told(FIRST, "3.5.12", true);
		assertThat(versions.mayEndLiveLeases()).as("one member has no leader that is deposed").isFalse();
		versions.told(FIRST, "3.5.13", false);
		assertThat(versions.mayEndLiveLeases()).isFalse();
		versions.told(SECOND, "3.5.12", false);
		assertThat(versions.mayEndLiveLeases()).isTrue();
		versions.told(SECOND, "3.5.13", false);
		assertThat(versions.mayEndLiveLeases()).as("all are mended").isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "3.4.31", "3.4.38", "3.5.13", "3.5.23", "3.6.0", "4.0.0", "", "unknown" })
	void noDefectIsKnown(String version) {
		assertThat(EtcdVersions.hasDefect(version)).isFalse();
	}

}
