package io.clustercontroller.coordination.etcd;

import io.clustercontroller.coordination.ClusterView;

/**
 * Where a service lives in etcd's key space.
 */
final class ServiceKeys {

	private final String environment;

	private final String service;

	private final String prefix;

	private final String master;

	private final String members;

	private final String offers;

	private final String pause;

	ServiceKeys(String environment, String service) {
		this.environment = environment;
		this.service = service;
		this.prefix = "/" + environment + "/" + service + "/";
		this.master = this.prefix + "master";
		this.members = this.prefix + "members/";
		this.offers = this.prefix + "offers/";
		this.pause = this.prefix + ClusterView.PAUSE;
	}

	String environment() {
		return this.environment;
	}

	String service() {
		return this.service;
	}

	String prefix() {
		return this.prefix;
	}

	String master() {
		return this.master;
	}

	String members() {
		return this.members;
	}

	String member(String instanceId) {
		return this.members + instanceId;
	}

	/** Holds the id of the instance that holds the lock. */
	String lock(String name) {
		return this.prefix + "locks/" + name;
	}

	/** The record that says that the service is paused. */
	String pause() {
		return this.pause;
	}

	String offers() {
		return this.offers;
	}

	/**
	 * Holds the id of the master that offers its mastership to the instance, which
	 * accepts by deleting it.
	 */
	String offer(String instanceId) {
		return this.offers + instanceId;
	}

}
