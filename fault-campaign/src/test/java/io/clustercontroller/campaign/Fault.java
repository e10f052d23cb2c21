package io.clustercontroller.campaign;

/**
 * A fault that has begun.
 *
 * @param target who suffers
 * @param details how, in words; may be empty
 * @param heal ends it
 */
record Fault(String target, String details, Runnable heal) {

	private static final Runnable NOTHING = () -> {
	};

	/** One that is over when it has begun. */
	static Fault atOnce(String target, String details) {
		return new Fault(target, details, NOTHING);
	}

	boolean isAtOnce() {
		return this.heal == NOTHING;
	}

}
