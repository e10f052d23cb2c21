package io.clustercontroller.coordination.local;

/**
 * One session of one instance: the same instance may join anew after a session has ended.
 */
record SessionKey(String instanceId, String session) {
}
