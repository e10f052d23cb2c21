package io.clustercontroller.campaign;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import io.clustercontroller.testing.EtcdProcess;

/**
 * What can happen, and how often compared with the others.
 */
enum FaultKind {

	/** SIGKILL to an instance; another process takes its place. */
	KILL(6) {
		@Override
		Optional<Fault> begin(Stage stage, Random random) {
			return stage.victim(random).map((instance) -> {
				instance.kill();
				return new Fault(instance.place(), "", instance::start);
			});
		}
	},

	/** SIGSTOP to an instance, for less than the margin or beyond the TTL. */
	FREEZE(9) {
		@Override
		Optional<Fault> begin(Stage stage, Random random) {
			return stage.victim(random).map((instance) -> {
				instance.freeze();
				return new Fault(instance.place(), "", instance::thaw);
			});
		}
	},

	/** SIGTERM to an instance; another process takes its place. */
	TERMINATE(5) {
		@Override
		Optional<Fault> begin(Stage stage, Random random) {
			return stage.victim(random).map((instance) -> {
				instance.terminate();
				return new Fault(instance.place(), "", () -> {
					instance.awaitEnd();
					instance.start();
				});
			});
		}
	},

	/** The master is asked to step down; a refusal is an answer, too. */
	HAND_OVER(8) {
		@Override
		Optional<Fault> begin(Stage stage, Random random) {
			return stage.master().map((instance) -> {
				String answer = "done";
				try {
					instance.stepDown();
				}
				catch (IllegalStateException ex) {
					answer = "refused";
				}
				return Fault.atOnce(instance.place(), answer);
			});
		}
	},

	/** SIGKILL to a node of etcd. */
	ETCD_KILL(5) {
		@Override
		Optional<Fault> begin(Stage stage, Random random) {
			return stage.victimNode(random).map((node) -> {
				String details = role(node);
				node.kill();
				return new Fault(stage.nameOf(node), details, () -> stage.etcd().begin(node));
			});
		}
	},

	/** SIGTERM to a node of etcd, which is away for a while. */
	ETCD_STOP(4) {
		@Override
		Optional<Fault> begin(Stage stage, Random random) {
			return stage.victimNode(random).map((node) -> {
				String details = stop(node);
				return new Fault(stage.nameOf(node), details, () -> stage.etcd().begin(node));
			});
		}
	},

	/** A node of etcd is stopped and started at once. */
	ETCD_RESTART(4) {
		@Override
		Optional<Fault> begin(Stage stage, Random random) {
			return stage.victimNode(random).map((node) -> {
				String details = stop(node);
				stage.etcd().begin(node);
				return Fault.atOnce(stage.nameOf(node), details);
			});
		}
	},

	/** SIGSTOP to a node of etcd. */
	ETCD_FREEZE(6) {
		@Override
		Optional<Fault> begin(Stage stage, Random random) {
			return stage.victimNode(random).map((node) -> {
				String details = role(node);
				node.freeze();
				return new Fault(stage.nameOf(node), details, node::thaw);
			});
		}
	},

	/** Another node of etcd is made the leader. */
	MOVE_LEADER(6) {
		@Override
		Optional<Fault> begin(Stage stage, Random random) {
			try {
				stage.etcd().moveLeader();
				return Optional.of(Fault.atOnce("etcd", ""));
			}
			catch (IllegalStateException | UncheckedIOException ex) {
				return Optional.of(Fault.atOnce("etcd", "refused"));
			}
		}

		@Override
		boolean needsAllNodes() {
			return true;
		}
	},

	/** A node of etcd loses its data, is removed, and comes back as a new member. */
	LOSE_DATA(2) {
		@Override
		Optional<Fault> begin(Stage stage, Random random) {
			return stage.victimNode(random).map((node) -> {
				String details = role(node);
				stage.etcd().replace(node);
				return Fault.atOnce(stage.nameOf(node), details);
			});
		}

		@Override
		boolean needsAllNodes() {
			return true;
		}
	},

	/** An instance, or its way to one node, is cut off; who tries is refused. */
	PARTITION(5) {
		@Override
		Optional<Fault> begin(Stage stage, Random random) {
			return impair(stage, random, Impairment.Kind.REFUSED);
		}
	},

	/** The same, but nobody is told: packets vanish. */
	BLACK_HOLE(6) {
		@Override
		Optional<Fault> begin(Stage stage, Random random) {
			return impair(stage, random, Impairment.Kind.BLACK_HOLE);
		}
	},

	/** Packets vanish on their way from an instance to etcd, or from etcd to it. */
	ONE_WAY(6) {
		@Override
		Optional<Fault> begin(Stage stage, Random random) {
			boolean deaf = random.nextBoolean() && stage.network().impairments().contains(Impairment.Kind.DEAF);
			return impair(stage, random, deaf ? Impairment.Kind.DEAF : Impairment.Kind.MUTE);
		}
	},

	/** A third of the packets between an instance and etcd vanishes. */
	LOSS(5) {
		@Override
		Optional<Fault> begin(Stage stage, Random random) {
			return impair(stage, random, Impairment.Kind.LOSSY);
		}
	},

	/** Packets between an instance and etcd are late, by some tenths of a second. */
	DELAY(4) {
		@Override
		Optional<Fault> begin(Stage stage, Random random) {
			return impair(stage, random, Impairment.Kind.SLOW);
		}
	},

	/** A node of etcd is cut off from the others, though not from the instances. */
	SPLIT(5) {
		@Override
		Optional<Fault> begin(Stage stage, Random random) {
			if (!stage.network().separatesNodes()) {
				return Optional.empty();
			}
			return stage.victimNode(random).map((node) -> {
				Impairment.Kind kind = Stage
					.any(List.of(Impairment.Kind.BLACK_HOLE, Impairment.Kind.DEAF, Impairment.Kind.MUTE), random)
					.orElseThrow();
				Impairment impairment = new Impairment(kind, stage.nameOf(node), Impairment.EVERYBODY);
				String details = role(node) + ", " + kind;
				stage.network().impose(impairment);
				return new Fault(stage.nameOf(node), details, () -> stage.network().lift(impairment));
			});
		}
	},

	/** The disk of a node of etcd hangs. */
	DISK_HANGS(4) {
		@Override
		Optional<Fault> begin(Stage stage, Random random) {
			if (!stage.canHoldUpDisks()) {
				return Optional.empty();
			}
			return stage.victimNode(random).map((node) -> {
				String details = role(node);
				Disk disk = stage.disk(stage.nameOf(node));
				disk.freeze();
				return new Fault(stage.nameOf(node), details, disk::thaw);
			});
		}
	},

	/** The disk of a node of etcd is slow: it hangs most of the time. */
	SLOW_DISK(4) {
		@Override
		Optional<Fault> begin(Stage stage, Random random) {
			if (!stage.canHoldUpDisks()) {
				return Optional.empty();
			}
			return stage.victimNode(random).map((node) -> {
				String details = role(node);
				SlowDisk slow = new SlowDisk(stage.disk(stage.nameOf(node)));
				return new Fault(stage.nameOf(node), details, slow::close);
			});
		}
	},

	/**
	 * The wall clock of an instance jumps, ahead by seconds or back by up to an hour, and
	 * is set right.
	 */
	CLOCK_STEP(5) {
		@Override
		Optional<Fault> begin(Stage stage, Random random) {
			return stage.clocks().flatMap((clocks) -> stage.victim(random).map((instance) -> {
				// not by more: see what docs/jobs.md says of clocks that jump
				long seconds = (1 + random.nextInt(10)) * (random.nextBoolean() ? 1L : -1L);
				clocks.set(instance.place(), seconds);
				return new Fault(instance.place(), "%+d s".formatted(seconds), () -> clocks.set(instance.place(), 0));
			}));
		}
	},

	/** The history of etcd is thrown away up to now. */
	COMPACTION(4) {
		@Override
		Optional<Fault> begin(Stage stage, Random random) {
			return stage.victimNode(random).map((node) -> {
				try {
					node.compact(node.revision());
					return Fault.atOnce("etcd", "");
				}
				catch (IllegalStateException | UncheckedIOException ex) {
					return Fault.atOnce("etcd", "refused");
				}
			});
		}
	},

	/** etcd is filled up to its quota and refuses writes until it is told otherwise. */
	NO_SPACE(2) {
		@Override
		Optional<Fault> begin(Stage stage, Random random) {
			Ballast ballast = new Ballast(stage.etcd());
			return ballast.fill() ? Optional.of(new Fault("etcd", "", ballast::remove)) : Optional.empty();
		}

		@Override
		boolean needsAllNodes() {
			return true;
		}
	};

	/** No other fault can end while one is begun. */
	private static final Duration STOP_LIMIT = Duration.ofSeconds(3);

	private final int weight;

	FaultKind(int weight) {
		this.weight = weight;
	}

	/**
	 * Inflict it on somebody who is there.
	 * @return nothing where there is nobody, or where this stage cannot do that
	 */
	abstract Optional<Fault> begin(Stage stage, Random random);

	/** Whether it is tried only while nothing else is wrong with etcd. */
	boolean needsAllNodes() {
		return false;
	}

	/** Whether a node of etcd is not there for the others. */
	boolean takesNode() {
		return switch (this) {
			case ETCD_KILL, ETCD_STOP, ETCD_FREEZE, SPLIT, DISK_HANGS, SLOW_DISK, NO_SPACE -> true;
			default -> false;
		};
	}

	static FaultKind draw(Random random) {
		int total = 0;
		for (FaultKind kind : values()) {
			total += kind.weight;
		}
		int drawn = random.nextInt(total);
		for (FaultKind kind : values()) {
			drawn -= kind.weight;
			if (drawn < 0) {
				return kind;
			}
		}
		throw new IllegalStateException();
	}

	private static Optional<Fault> impair(Stage stage, Random random, Impairment.Kind kind) {
		if (!stage.network().impairments().contains(kind)) {
			return Optional.empty();
		}
		return stage.victim(random).map((instance) -> {
			List<String> others = new ArrayList<>(List.of("node0", "node1", "node2"));
			String with = (random.nextInt(4) > 0) ? Impairment.EVERYBODY : others.get(random.nextInt(others.size()));
			Impairment impairment = new Impairment(kind, instance.place(), with);
			stage.network().impose(impairment);
			String details = ((kind == Impairment.Kind.DEAF) ? "to " : (kind == Impairment.Kind.MUTE) ? "from " : "")
					+ (with.equals(Impairment.EVERYBODY) ? "all nodes" : with);
			return new Fault(instance.place(), details, () -> stage.network().lift(impairment));
		});
	}

	/** One that waits for others at its end is not waited for. Returns what it was. */
	private static String stop(EtcdProcess node) {
		String role = role(node);
		try {
			node.stop(STOP_LIMIT);
			return role;
		}
		catch (IllegalStateException ex) {
			node.kill();
			return role + ", killed as it did not end";
		}
	}

	private static String role(EtcdProcess node) {
		return Stage.isLeader(node) ? "leader" : "follower";
	}

}
