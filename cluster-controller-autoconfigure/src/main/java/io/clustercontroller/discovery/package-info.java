/**
 * The members of the services for Spring Cloud: as instances that its clients discover.
 */
@NullMarked
package io.clustercontroller.discovery;

import org.jspecify.annotations.NullMarked;
