package io.clustercontroller.coordination.etcd;

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
