package io.clustercontroller.command;

import java.io.IOException;

/**
 * A command and all that it has started. Used by the thread of {@link Commands} only.
 */
interface Family {

	/**
	 * Those who are alive.
	 * @throws IOException if that cannot be known now
	 */
	Members find() throws IOException;

}
