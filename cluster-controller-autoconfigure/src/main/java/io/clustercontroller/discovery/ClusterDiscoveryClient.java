package io.clustercontroller.discovery;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.clustercontroller.ClusterController;
import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import io.clustercontroller.coordination.Names;

import org.springframework.cloud.client.DefaultServiceInstance;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;

/**
 * Finds the members of a service of this environment that can be called: those that are
 * {@link MemberState#ACTIVE} and name a port, by the name of their container. Those of
 * the own service are known from memory; for another one the coordinator is asked, which
 * may take 5 s. The first port counts; the role is in the metadata.
 */
final class ClusterDiscoveryClient implements DiscoveryClient {

	static final String ROLE = "role";

	private final ClusterController cluster;

	ClusterDiscoveryClient(ClusterController cluster) {
		this.cluster = cluster;
	}

	@Override
	public String description() {
		return "cluster-controller, environment " + this.cluster.self().environment();
	}

	/**
	 * The instances of a service.
	 * @throws IllegalStateException if the coordinator does not answer
	 */
	@Override
	public List<ServiceInstance> getInstances(String serviceId) {
		// another client may know what no service here can be called
		return Names.isValid(serviceId) ? this.cluster.members(serviceId)
			.stream()
			.filter((member) -> member.state() == MemberState.ACTIVE && !member.ports().isEmpty())
			.map(ClusterDiscoveryClient::instance)
			.toList() : List.of();
	}

	/** The own service: others are found by who knows their name. */
	@Override
	public List<String> getServices() {
		return List.of(this.cluster.self().service());
	}

	/** Nothing that could fail: what the coordinator is like, its own health tells. */
	@Override
	public void probe() {
		getServices();
	}

	private static ServiceInstance instance(Member member) {
		Map<String, String> metadata = new HashMap<>(member.metadata());
		metadata.put(ROLE, member.role().name());
		return new DefaultServiceInstance(member.instanceId(), member.service(), member.container(),
				member.ports().get(0), false, metadata);
	}

}
