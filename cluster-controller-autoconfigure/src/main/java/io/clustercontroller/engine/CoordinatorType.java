package io.clustercontroller.engine;

/**
 * Values of {@code cluster-controller.coordinator}.
 */
enum CoordinatorType {

	/** An etcd cluster; its hosts have to be given. */
	ETCD,

	/** A folder on this machine, for one machine only. */
	LOCAL,

	/** etcd where hosts are given, else local. */
	AUTO

}
