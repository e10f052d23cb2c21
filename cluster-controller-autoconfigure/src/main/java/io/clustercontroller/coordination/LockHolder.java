package io.clustercontroller.coordination;

/**
 * Who holds a lock of a service.
 *
 * @param instanceId the instance that holds it, as the lock says; it may be one whose
 * member is not known
 * @param token the fencing token, higher than that of every earlier holder
 * @param held whether the session that asked holds it: the instance id alone may be left
 * over from an earlier session of the same instance
 */
public record LockHolder(String instanceId, long token, boolean held) {
}
