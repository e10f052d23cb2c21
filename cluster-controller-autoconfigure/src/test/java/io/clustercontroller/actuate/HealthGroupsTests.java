package io.clustercontroller.actuate;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

import io.clustercontroller.ClusterOperations;
import io.clustercontroller.MemberState;
import io.clustercontroller.Role;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.actuate.endpoint.web.AdditionalPathsMapper;
import org.springframework.boot.actuate.endpoint.web.WebServerNamespace;
import org.springframework.boot.health.actuate.endpoint.CompositeHealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What load balancers and probes see of two instances of a service, of which one has
 * groups of its own.
 */
class HealthGroupsTests {

	private static ObservedInstance plain;

	private static ObservedInstance configured;

	@BeforeAll
	static void start(@TempDir Path directory) {
		plain = ObservedInstance.start(directory);
		configured = ObservedInstance.start(directory, "--management.endpoint.health.group.master.include=cluster,ping",
				"--management.endpoint.health.group.slave.include=ping",
				"--management.endpoint.health.group.liveness.include=livenessState",
				"--management.endpoint.health.group.own.include=*",
				"--management.endpoint.health.group.own.additional-path=server:/own",
				"--management.endpoint.health.probes.add-additional-paths=true");
	}

	@AfterAll
	static void stop() {
		configured.close();
		plain.close();
	}

	@Test
	void oneGroupIsThereOnTheMasterOnlyAndOneOnSlavesOnly() {
		makeMaster(plain);
		assertThat(plain.httpStatus("master")).isEqualTo(200);
		assertThat(plain.httpStatus("slave")).isEqualTo(503);
		assertThat(plain.health("slave").getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
		makeMaster(configured);
		assertThat(plain.httpStatus("master")).isEqualTo(503);
		assertThat(plain.httpStatus("slave")).isEqualTo(200);
	}

	@Test
	void groupOfTheApplicationThatHasTheClusterAsAMemberAsksForTheRoleToo() {
		makeMaster(plain);
		assertThat(configured.httpStatus("master")).isEqualTo(503);
		assertThat(components(configured, "master")).containsExactlyInAnyOrder("cluster", "ping");
		makeMaster(configured);
		assertThat(configured.httpStatus("master")).isEqualTo(200);
	}

	@Test
	void otherGroupsOfTheApplicationAreLeftAlone() {
		makeMaster(configured);
		assertThat(configured.httpStatus("slave")).isEqualTo(200);
		assertThat(components(configured, "slave")).containsExactly("ping");
		assertThat(components(configured, "liveness")).containsExactly("livenessState");
		assertThat(configured.httpStatus("own")).isEqualTo(200);
		assertThat(components(configured, "own")).contains("cluster", "clusterEngine", "ping");
	}

	@Test
	void livenessIncludesTheEngineAndReadinessIsThere() {
		assertThat(components(plain, "liveness")).containsExactlyInAnyOrder("livenessState", "clusterEngine");
		assertThat(plain.httpStatus("liveness")).isEqualTo(200);
		assertThat(plain.httpStatus("readiness")).isEqualTo(200);
	}

	@Test
	void pathsOfOtherGroupsAreKept() {
		HealthEndpointGroups groups = configured.bean(HealthEndpointGroups.class);
		assertThat(((AdditionalPathsMapper) groups).getAdditionalPaths(HealthEndpoint.ID, WebServerNamespace.SERVER))
			.containsExactlyInAnyOrder("/own", "/livez", "/readyz");
	}

	@Test
	void bothRolesAreHealthyAndSayWhatTheyAre() {
		makeMaster(plain);
		String master = plain.controller().self().instanceId();
		assertThat(plain.health().getStatus()).isEqualTo(Status.UP);
		assertThat(configured.health().getStatus()).isEqualTo(Status.UP);
		assertThat(plain.details("cluster")).containsEntry("role", Role.MASTER)
			.containsEntry("state", MemberState.ACTIVE)
			.containsEntry("master", master)
			.doesNotContainKeys("reason", "pause", "withoutMaster", "sessionRemaining");
		Awaitility.await("the master")
			.atMost(ObservedInstance.LIMIT)
			.untilAsserted(() -> assertThat(configured.details("cluster")).containsEntry("role", Role.SLAVE)
				.containsEntry("master", master));
	}

	private static Set<String> components(ObservedInstance instance, String group) {
		return ((CompositeHealthDescriptor) instance.health(group)).getComponents().keySet();
	}

	/** By a hand-over, unless it is master already. */
	private static void makeMaster(ObservedInstance instance) {
		if (!instance.controller().isMaster()) {
			ObservedInstance master = List.of(plain, configured)
				.stream()
				.filter((each) -> each.controller().isMaster())
				.findFirst()
				.orElseThrow();
			Awaitility.await("a candidate")
				.atMost(ObservedInstance.LIMIT)
				.until(() -> master.controller().members().size() == 2);
			master.bean(ClusterOperations.class).handOver(instance.controller().self().instanceId());
			Awaitility.await("mastership").atMost(ObservedInstance.LIMIT).until(() -> instance.controller().isMaster());
		}
	}

}
