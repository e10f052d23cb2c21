package io.clustercontroller.job;

import org.jspecify.annotations.Nullable;

/**
 * What has come of a look into the ledger.
 *
 * @param kind whether the work was done
 * @param result what the work has returned
 */
record Look(Kind kind, @Nullable Object result) {

	static final Look REFUSED = new Look(Kind.REFUSED, null);

	static final Look SKIPPED = new Look(Kind.SKIPPED, null);

	static Look done(@Nullable Object result) {
		return new Look(Kind.DONE, result);
	}

	enum Kind {

		/** This instance is not master. */
		REFUSED,

		/** There was nothing to do, or it could not be done. */
		SKIPPED,

		/** The work was done. */
		DONE

	}

}
