/**
 * What happens to this instance and to its cluster, published as Spring application
 * events.
 * <p>
 * Each listener receives the events in the order in which they happened, one at a time,
 * on a thread named {@code cluster-events-*}. Exactly one {@link BecameSlaveEvent}
 * follows each {@link BecameMasterEvent}. A listener that throws is logged; one that is
 * slow holds up the others for a second at most.
 */
@NullMarked
package io.clustercontroller.event;

import org.jspecify.annotations.NullMarked;
