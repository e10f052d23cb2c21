package io.clustercontroller.campaign;

import java.util.Locale;

/**
 * What the kinds of faults have in common, so that a picture of them needs five colours
 * only.
 */
enum FaultFamily {

	PROCESS("process"), NETWORK("network"), STORAGE("disk and data"), CLOCK("clock"), LEAD("change of lead");

	private final String words;

	FaultFamily(String words) {
		this.words = words;
	}

	String words() {
		return this.words;
	}

	/** The name of its colour. */
	String style() {
		return "f-" + name().toLowerCase(Locale.ROOT);
	}

	static FaultFamily of(Injection injection) {
		return of(FaultKind.valueOf(injection.kind()));
	}

	static FaultFamily of(FaultKind kind) {
		return switch (kind) {
			case KILL, FREEZE, TERMINATE, ETCD_KILL, ETCD_STOP, ETCD_RESTART, ETCD_FREEZE -> PROCESS;
			case PARTITION, BLACK_HOLE, ONE_WAY, LOSS, DELAY, SPLIT -> NETWORK;
			case LOSE_DATA, DISK_HANGS, SLOW_DISK, COMPACTION, NO_SPACE -> STORAGE;
			case CLOCK_STEP -> CLOCK;
			case HAND_OVER, MOVE_LEADER -> LEAD;
		};
	}

}
