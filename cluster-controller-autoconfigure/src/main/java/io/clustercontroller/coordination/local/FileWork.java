package io.clustercontroller.coordination.local;

import java.io.IOException;

/**
 * Work on files with a result.
 */
@FunctionalInterface
interface FileWork<T> {

	T run() throws IOException;

}
