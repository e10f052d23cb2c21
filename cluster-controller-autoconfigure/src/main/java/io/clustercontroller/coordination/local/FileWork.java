package io.clustercontroller.coordination.local;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

/**
 * Work on files.
 */
@FunctionalInterface
interface FileWork<T extends @Nullable Object> {

	T run() throws IOException;

}
