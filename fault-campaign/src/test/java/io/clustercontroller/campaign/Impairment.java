package io.clustercontroller.campaign;

/**
 * What is wrong with the way between two hosts.
 *
 * @param kind what is wrong
 * @param at the host at whose door it is so
 * @param with the host at the other end, or {@link #EVERYBODY}
 */
record Impairment(Kind kind, String at, String with) {

	static final String EVERYBODY = "everybody";

	/** What can be wrong. */
	enum Kind {

		/** Nothing gets through, and who tries is told so at once. */
		REFUSED,

		/** Nothing gets through in either direction, and nobody is told. */
		BLACK_HOLE,

		/** What is sent from here is lost. */
		DEAF,

		/** What is sent to here is lost. */
		MUTE,

		/** A third of the packets is lost, in either direction. */
		LOSSY,

		/** So narrow that each packet waits for those before it. */
		SLOW

	}

}
