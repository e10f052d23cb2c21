package io.clustercontroller.event;

import java.util.concurrent.CompletionStage;

/**
 * Publishes the events of this package to the listeners of the application, in order and
 * each listener at its own pace. For the parts of the starter; an application only
 * listens.
 */
@FunctionalInterface
public interface ClusterEvents {

	/**
	 * Publish an event. Returns at once; any thread may call it.
	 * @return done when all listeners have returned; never fails
	 */
	CompletionStage<?> publish(Object event);

}
