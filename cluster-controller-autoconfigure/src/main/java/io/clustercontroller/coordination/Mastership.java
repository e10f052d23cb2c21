package io.clustercontroller.coordination;

/**
 * Who is master, and by which right.
 *
 * @param instanceId the instance that is master; it may be one whose member is not known
 * @param token the fencing token, higher than that of every earlier mastership of the
 * service
 * @param held whether the session that saw it holds it: the instance id alone may be left
 * over from an earlier session of the same instance
 * @param handedOver whether it was passed on by the master before, not won
 */
public record Mastership(String instanceId, long token, boolean held, boolean handedOver) {
}
