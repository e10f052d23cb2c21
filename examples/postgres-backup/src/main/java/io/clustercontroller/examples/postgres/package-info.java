/**
 * PostgreSQL under supervision, with backups and a way back from them.
 */
@NullMarked
package io.clustercontroller.examples.postgres;

import org.jspecify.annotations.NullMarked;
