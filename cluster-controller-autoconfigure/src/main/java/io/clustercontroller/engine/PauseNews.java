package io.clustercontroller.engine;

import io.clustercontroller.Pause;
import io.clustercontroller.coordination.ClusterView;
import org.jspecify.annotations.Nullable;

/**
 * Follows the pause of the service and says what people have to know of it: that it has
 * begun, that it leaves the service without a master, that it is over. Used on the
 * engine's thread only.
 */
final class PauseNews {

	private final EngineLog log;

	private @Nullable Pause pause;

	private boolean vacant;

	PauseNews(EngineLog log) {
		this.log = log;
	}

	/**
	 * Take notice.
	 * @return whether a pause has come to its end since the last time
	 */
	boolean follow(Situation situation) {
		ClusterView view = situation.view();
		if (view == null) {
			return false;
		}
		Pause before = this.pause;
		Pause present = view.pauseAt(situation.wallMillis()).orElse(null);
		this.pause = present;
		if (present != null && !present.equals(before)) {
			this.log.paused(present);
		}
		boolean vacantBefore = this.vacant;
		this.vacant = present != null && view.mastership() == null;
		if (present != null && this.vacant && !vacantBefore) {
			this.log.vacantWhilePaused(present);
		}
		boolean over = before != null && present == null;
		if (over) {
			this.log.resumed();
		}
		return over;
	}

}
