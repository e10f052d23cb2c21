package io.clustercontroller.engine;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;

import io.clustercontroller.Member;
import io.clustercontroller.OperationRefusedException;
import io.clustercontroller.Role;
import io.clustercontroller.coordination.ClusterView;
import io.clustercontroller.coordination.Session;
import io.clustercontroller.engine.Decision.RoleChange;
import io.clustercontroller.event.RoleChangeCause;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the mastership away, when asked to or because this instance stops. In this order:
 * find somebody who takes it, close the guard, let the work stop, pass it on. Used on the
 * engine's thread only.
 */
final class HandOver {

	private static final Logger logger = LoggerFactory.getLogger(HandOver.class);

	private final Engine engine;

	private final SessionKeeper keeper;

	private final Duration giveLimit;

	private final ScheduledExecutorService loop;

	private CompletableFuture<Void> operation = CompletableFuture.completedFuture(null);

	private CompletableFuture<Void> workStopped = CompletableFuture.completedFuture(null);

	private @Nullable Succession succession;

	/**
	 * @param giveLimit how long passing it on may take
	 */
	HandOver(Engine engine, SessionKeeper keeper, Duration giveLimit, ScheduledExecutorService loop) {
		this.engine = engine;
		this.keeper = keeper;
		this.giveLimit = giveLimit;
		this.loop = loop;
	}

	/** Whether somebody is asked, or the mastership passed on. */
	boolean isUnderWay() {
		return !this.operation.isDone();
	}

	/** Whether the work of the last mastership may still go on. */
	boolean isWorkStopping() {
		return !this.workStopped.isDone();
	}

	/** Until the given end, the work of the last mastership is being stopped. */
	void workStopsWith(CompletableFuture<Void> end) {
		this.workStopped = end;
		end.whenCompleteAsync((done, failure) -> this.engine.step(), this.loop);
	}

	void viewed(ClusterView view) {
		if (this.succession != null) {
			this.succession.viewed(view);
		}
	}

	/**
	 * Hand over on request.
	 * @param target the member to hand over to, or {@code null} for the best candidate
	 * @throws OperationRefusedException if it is out of the question
	 */
	CompletionStage<Void> begin(@Nullable String target) {
		if (isUnderWay()) {
			throw new OperationRefusedException("The mastership is being handed over already.");
		}
		if (!this.engine.isMaster()) {
			throw new OperationRefusedException("This instance is not master of its service.");
		}
		List<String> candidates = (target != null) ? List.of(checkSuccessor(target)) : successors();
		if (candidates.isEmpty()) {
			throw new OperationRefusedException(
					"No other member can take over; this instance stays master.%s".formatted(obstacles()));
		}
		RoleChangeCause cause = (target != null) ? RoleChangeCause.HANDED_OVER : RoleChangeCause.STEPPED_DOWN;
		CompletableFuture<Void> result = find(candidates).thenComposeAsync((successor) -> {
			if (successor.isEmpty()) {
				throw new OperationRefusedException(
						"Nobody asked has answered in time (%s); this instance stays master.".formatted(candidates));
			}
			if (!this.engine.isMaster()) {
				throw new OperationRefusedException("The mastership was lost meanwhile.");
			}
			return relinquish(CompletableFuture.completedStage(successor), cause);
		}, this.loop).thenAccept((given) -> {
			this.engine.standBack();
			if (!given) {
				throw new IllegalStateException(
						"It is not known that anybody took the mastership over; it is given up, and "
								+ (this.engine.isPaused() ? "nobody becomes master while the service is paused."
										: "the election is open."));
			}
		}).toCompletableFuture();
		under(result);
		return result;
	}

	/** Hand over to a better member, without having been asked to. */
	void returnTo(Member preferred) {
		logger.info("Handing over to '{}', which has the higher priority {}", preferred.instanceId(),
				preferred.priority());
		try {
			begin(preferred.instanceId()).whenComplete((done, failure) -> {
				if (failure != null) {
					logger.warn("The preferred '{}' has not taken over: {}", preferred.instanceId(),
							(failure.getCause() != null) ? failure.getCause().getMessage() : failure.getMessage());
				}
			});
		}
		catch (OperationRefusedException ex) {
			logger.warn("Not handing over to the preferred '{}': {}", preferred.instanceId(), ex.getMessage());
		}
	}

	/**
	 * Stop the work of this instance, and give the mastership away, if there is one,
	 * after what is under way.
	 * @return done when it is given away; never fails
	 */
	CompletionStage<Void> beforeLeaving() {
		if (this.engine.standing().self().role() == Role.SLAVE) {
			// what was begun may take its time to stop; this begins to stop as well
			this.engine.stopWork();
		}
		return Bounded.by(this.engine.workLimit(), this.operation, null, this.loop).thenCompose((done) -> {
			if (this.engine.standing().self().role() == Role.MASTER) {
				// while the service is paused only people choose a successor
				List<String> candidates = this.engine.isPaused() ? List.of() : successors();
				under(relinquish(find(candidates), RoleChangeCause.STOPPING).thenAccept((given) -> {
				}).toCompletableFuture());
				return Bounded.by(this.engine.workLimit().plus(this.giveLimit), this.operation, null, this.loop);
			}
			return Bounded.by(this.engine.workLimit(),
					CompletableFuture.allOf(this.workStopped, this.engine.stopWork()), null, this.loop);
		});
	}

	private void under(CompletableFuture<Void> operation) {
		this.operation = operation;
		operation.whenCompleteAsync((done, failure) -> this.engine.step(), this.loop);
	}

	private String checkSuccessor(String target) {
		Member self = this.engine.standing().self();
		if (target.equals(self.instanceId())) {
			throw new OperationRefusedException("This instance is master already.");
		}
		Member member = this.engine.standing()
			.view()
			.member(target)
			.orElseThrow(() -> new OperationRefusedException(
					"Service '%s' has no member '%s'.".formatted(self.service(), target)));
		if (!Election.isEligible(member)) {
			throw new OperationRefusedException(
					"Member '%s' cannot be master: %s.".formatted(target, Election.obstacle(member)));
		}
		return target;
	}

	private String obstacles() {
		return this.engine.standing()
			.others()
			.stream()
			.map((member) -> " '%s' cannot: %s.".formatted(member.instanceId(), Election.obstacle(member)))
			.collect(Collectors.joining());
	}

	private List<String> successors() {
		return Election.candidates(this.engine.standing().others()).stream().map(Member::instanceId).toList();
	}

	private CompletionStage<Optional<String>> find(List<String> candidates) {
		Session session = this.keeper.session();
		if (session == null) {
			return CompletableFuture.completedStage(Optional.empty());
		}
		this.succession = new Succession(session, candidates, this.loop);
		return this.succession.find();
	}

	/**
	 * Become slave, and pass the mastership on to the successor when the work has
	 * stopped.
	 * @return whether somebody has it now; if not, it is released by the next decision
	 */
	private CompletionStage<Boolean> relinquish(CompletionStage<Optional<String>> successor, RoleChangeCause cause) {
		long token = this.engine.standing().token();
		CompletableFuture<Void> stopped = this.engine.becomeSlave(new RoleChange(Role.SLAVE, token, cause));
		CompletableFuture<Boolean> given = stopped.thenCombine(successor, (done, found) -> found)
			.thenComposeAsync((found) -> give(token, found), this.loop);
		this.workStopped = given.thenAccept((done) -> {
		});
		return given;
	}

	private CompletionStage<Boolean> give(long token, Optional<String> successor) {
		Session session = this.keeper.session();
		// while the work stopped the successor may have begun to leave
		Optional<String> taker = successor
			.filter((id) -> this.engine.standing().view().member(id).filter(Election::isEligible).isPresent());
		if (session == null || taker.isEmpty()) {
			return CompletableFuture.completedStage(false);
		}
		return Bounded.by(this.giveLimit, session.handOver(token, taker.get()), false, this.loop).thenApply((given) -> {
			if (given) {
				logger.debug("Handed the mastership over to '{}'", taker.get());
			}
			return given;
		});
	}

}
