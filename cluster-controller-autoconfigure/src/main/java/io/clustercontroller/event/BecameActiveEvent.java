package io.clustercontroller.event;

import java.util.List;

/**
 * The service of this instance does its work: all expected ports answer.
 *
 * @param ports the ports that answered; empty where none is expected
 */
public record BecameActiveEvent(List<Integer> ports) {
}
