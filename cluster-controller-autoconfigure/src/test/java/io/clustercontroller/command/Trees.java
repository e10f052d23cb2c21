package io.clustercontroller.command;

/**
 * Shell scripts that start what is hard to get rid of, each in the background.
 */
final class Trees {

	static final String CHILD = "sleep 1001 & ";

	static final String GRANDCHILD = "(sh -c 'sleep 1002; :') & ";

	static final String PIPELINE = "sh -c 'sleep 1003 | cat | cat' & ";

	/** Its parent is gone, its group is not. */
	static final String DOUBLE_FORK = "(sleep 1004 &) ; ";

	/** Neither parent nor group nor session is left. */
	static final String DAEMON = "(setsid sh -c 'sleep 1005 & exec sleep 1006' >/dev/null 2>&1 &) ; ";

	static final String STUBBORN = "(trap '' TERM; exec setsid sh -c 'while :; do sleep 1; done') & ";

	static final String ALL = CHILD + GRANDCHILD + PIPELINE + DOUBLE_FORK + DAEMON + STUBBORN;

	private Trees() {
	}

}
