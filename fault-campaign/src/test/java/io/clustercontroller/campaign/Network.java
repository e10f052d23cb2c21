package io.clustercontroller.campaign;

import java.util.List;
import java.util.Set;

import io.clustercontroller.testing.EtcdCluster;
import io.clustercontroller.testing.Host;

/**
 * Hosts for the nodes of etcd and for the instances, and ways between them that can be
 * broken. One thread at a time uses it.
 */
interface Network extends AutoCloseable {

	/** What it is, for the reader of a report. */
	String describe();

	/** The host with this name. */
	Host host(String name);

	/** Where an instance on the host finds the nodes of etcd. */
	List<String> endpoints(String host, EtcdCluster etcd);

	/** What can be wrong between an instance and the nodes. */
	Set<Impairment.Kind> impairments();

	/** Whether the nodes can be cut off from each other. */
	boolean separatesNodes();

	void impose(Impairment impairment);

	void lift(Impairment impairment);

	@Override
	void close();

	/**
	 * Namespaces where this machine and this user can have them, else loopback, or where
	 * that is asked for.
	 */
	static Network create(List<String> nodes, List<String> places) {
		boolean loopback = "loopback".equals(System.getProperty("campaign.network"));
		return (!loopback && NamespaceNetwork.isPossible()) ? new NamespaceNetwork(nodes, places)
				: new LoopbackNetwork(nodes);
	}

}
