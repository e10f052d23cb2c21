/**
 * The mastership for Spring Integration: as its leader events, to which its endpoints
 * with a role listen.
 */
@NullMarked
package io.clustercontroller.integration;

import org.jspecify.annotations.NullMarked;
