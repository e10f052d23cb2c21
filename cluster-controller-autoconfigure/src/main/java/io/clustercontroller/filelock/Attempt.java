package io.clustercontroller.filelock;

import org.jspecify.annotations.Nullable;

/**
 * The answer to whoever asks for a lock.
 *
 * @param claim the right to it, or {@code null} if another one has it
 * @param holder who has it, for people
 */
record Attempt(@Nullable Claim claim, String holder) {

	static Attempt won(Claim claim) {
		return new Attempt(claim, "this instance");
	}

	static Attempt lost(String holder) {
		return new Attempt(null, holder);
	}

}
