package io.clustercontroller.event;

import java.util.List;

/**
 * The service of this instance has stopped answering. Where
 * {@code cluster-controller.terminate-when-no-longer-active} is set the instance stops
 * next.
 *
 * @param ports the ports that no longer answer
 */
public record NoLongerActiveEvent(List<Integer> ports) {
}
