package io.clustercontroller.coordination.local;

import java.io.IOException;

/**
 * Work on files without a result.
 */
@FunctionalInterface
interface FileTask {

	void run() throws IOException;

}
