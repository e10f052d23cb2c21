package io.clustercontroller.actuate;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

import io.clustercontroller.ClusterController;
import io.clustercontroller.Role;
import org.junit.jupiter.api.Test;

import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link ClusterHealthGroupsPostProcessor}: what it leaves alone.
 */
class ClusterHealthGroupsPostProcessorTests {

	private final ClusterController cluster = mock(ClusterController.class);

	private final HealthEndpointGroup primary = mock(HealthEndpointGroup.class);

	@Test
	void nameOfAContributorIsNoGroup() {
		assertThat(process(true, "master").getNames()).containsExactly("liveness", "slave");
	}

	@Test
	void withoutProbesThereIsNoLiveness() {
		assertThat(process(false, "").getNames()).containsExactly("master", "slave");
	}

	@Test
	void primaryGroupIsTheSame() {
		assertThat(process(true, "").getPrimary()).isSameAs(this.primary);
	}

	@Test
	void groupsShowWhatTheEndpointShows() {
		given(this.primary.showDetails(any())).willReturn(true);
		HealthEndpointGroup master = process(true, "").get("master");
		assertThat(master.showDetails(SecurityContext.NONE)).isTrue();
		assertThat(master.showComponents(SecurityContext.NONE)).isFalse();
	}

	@Test
	void roleIsAskedForAtEachAnswer() {
		HealthEndpointGroup master = process(true, "").get("master");
		AtomicBoolean isMaster = new AtomicBoolean(true);
		given(this.cluster.isMaster()).willAnswer((call) -> isMaster.get());
		assertThat(master.getStatusAggregator().getAggregateStatus(Status.UP)).isEqualTo(Status.UP);
		isMaster.set(false);
		assertThat(master.getStatusAggregator().getAggregateStatus(Status.UP)).isEqualTo(Status.OUT_OF_SERVICE);
	}

	@Test
	void masterWhoseDeadlineIsOverIsInNeitherGroup() {
		given(this.cluster.role()).willReturn(Role.MASTER);
		HealthEndpointGroups groups = process(true, "");
		for (String name : Set.of("master", "slave")) {
			assertThat(groups.get(name).getStatusAggregator().getAggregateStatus(Status.UP))
				.isEqualTo(Status.OUT_OF_SERVICE);
		}
	}

	private HealthEndpointGroups process(boolean probes, String contributor) {
		return new ClusterHealthGroupsPostProcessor(this.cluster, contributor::equals, probes)
			.postProcessHealthEndpointGroups(HealthEndpointGroups.of(this.primary, Map.of()));
	}

}
