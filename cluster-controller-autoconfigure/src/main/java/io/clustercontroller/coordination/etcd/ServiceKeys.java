package io.clustercontroller.coordination.etcd;

import io.clustercontroller.coordination.ClusterView;

/**
 * Where a service lives in etcd's key space.
 *
 * @param environment the environment
 * @param service the service
 */
record ServiceKeys(String environment, String service) {

	String prefix() {
		return "/" + this.environment + "/" + this.service + "/";
	}

	String master() {
		return prefix() + "master";
	}

	String members() {
		return prefix() + "members/";
	}

	String member(String instanceId) {
		return members() + instanceId;
	}

	/** Holds the id of the instance that holds the lock. */
	String lock(String name) {
		return prefix() + "locks/" + name;
	}

	/** The record that says that the service is paused. */
	String pause() {
		return prefix() + ClusterView.PAUSE;
	}

	String offers() {
		return prefix() + "offers/";
	}

	/**
	 * Holds the id of the master that offers its mastership to the instance, which
	 * accepts by deleting it.
	 */
	String offer(String instanceId) {
		return offers() + instanceId;
	}

}
