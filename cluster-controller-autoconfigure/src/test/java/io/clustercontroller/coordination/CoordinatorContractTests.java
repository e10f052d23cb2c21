package io.clustercontroller.coordination;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import io.clustercontroller.Role;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every coordinator has to do. Broken and foreign data is a matter of each backend's
 * own tests.
 */
public abstract class CoordinatorContractTests extends PauseContractTests {

	@Test
	void joiningIsConfirmedBeforeTheMemberIsSeen() {
		long before = TimeSource.SYSTEM.nanoTime();
		Participant alone = participant("a", 0);
		List<Object> news = alone.listener().news();
		assertThat(news.get(0)).isInstanceOfSatisfying(Confirmation.class, (confirmation) -> {
			assertThat(confirmation.nanoTime()).isBetween(before, TimeSource.SYSTEM.nanoTime());
			assertThat(confirmation.validFor()).isPositive();
		});
		ClusterView first = alone.listener().views().get(0);
		assertThat(first.members()).containsExactly(alone.member());
		assertThat(first.mastership()).isNull();
		assertThat(first.offered()).isFalse();
	}

	@Test
	void membersSeeEachOtherInTheOrderInWhichTheyJoined() {
		Participant late = participant("a", 2);
		Participant early = participant("c", 0);
		Participant middle = participant("b", 1);
		for (Participant participant : List.of(late, early, middle)) {
			participant.awaitMembers("c", "b", "a");
			assertThat(participant.listener().view().members()).containsExactly(early.member(), middle.member(),
					late.member());
		}
	}

	@Test
	void sessionsOfOneCoordinatorSeeEachOther() {
		Coordinator coordinator = open();
		Participant one = participant(coordinator, member("a", 0));
		Participant other = participant(coordinator, member("b", 1));
		one.awaitMembers("a", "b");
		one.acquire();
		other.awaitMastership((mastership) -> mastership.instanceId().equals("a") && !mastership.held());
	}

	@Test
	void updateIsSeenByOthersAndTheLastOneWins() {
		Participant updating = participant("a", 0);
		Participant watching = participant("b", 1);
		List<CompletionStage<Void>> updates = new ArrayList<>();
		for (MemberState state : MemberState.values()) {
			updates.add(updating.session().update(updating.member().withState(state)));
		}
		Member last = updating.member().withState(MemberState.RUNNING);
		updates.add(updating.session().update(last));
		updates.forEach(AbstractCoordinatorTests::get);
		watching.await((view) -> view.members().contains(last));
		updating.await((view) -> view.members().contains(last));
		assertThat(get(open().view(this.environment, this.service)).members()).contains(last);
	}

	@Test
	void viewsComeInTheOrderOfTheirRevisions() {
		Participant watching = participant("a", 0);
		Participant other = participant("b", 1);
		get(other.session().release(other.acquire().token()));
		get(other.session().leave());
		watching.awaitMembers("a");
		List<Long> revisions = watching.listener().views().stream().map(ClusterView::revision).toList();
		assertThat(revisions).isSorted().doesNotHaveDuplicates();
	}

	@Test
	void acquiringMakesAMemberMaster() {
		Participant master = participant("a", 0);
		Participant slave = participant("b", 1);
		Mastership mastership = master.acquire();
		assertThat(mastership.handedOver()).isFalse();
		slave.awaitMastership((seen) -> seen.equals(new Mastership("a", mastership.token(), false, false)));
		assertThat(slave.listener().view().master()).contains(master.member().withRole(Role.MASTER));
	}

	@Test
	void oneOfTenThatAcquireAtOnceIsMaster() {
		List<Participant> all = new ArrayList<>();
		for (int index = 0; index < 10; index++) {
			all.add(participant("m" + index, index));
		}
		List<CompletionStage<Void>> stages = all.stream().map((each) -> each.session().acquire()).toList();
		stages.forEach(AbstractCoordinatorTests::get);
		String master = all.get(0).awaitMastership(Objects::nonNull).instanceId();
		long token = all.get(0).listener().view().mastership().token();
		for (Participant each : all) {
			Mastership seen = each.awaitMastership((mastership) -> mastership.instanceId().equals(master));
			assertThat(seen).isEqualTo(new Mastership(master, token, each.id().equals(master), false));
			assertThat(each.listener().views()).noneMatch(
					(view) -> view.mastership() != null && view.mastership().held() && !each.id().equals(master));
		}
	}

	@Test
	void acquiringWhereThereIsAMasterChangesNothing() {
		Participant master = participant("a", 0);
		Participant slave = participant("b", 1);
		long token = master.acquire().token();
		get(slave.session().acquire());
		get(master.session().acquire());
		assertThat(slave.listener().view().mastership()).isEqualTo(new Mastership("a", token, false, false));
		assertThat(master.listener().view().mastership()).isEqualTo(new Mastership("a", token, true, false));
	}

	@Test
	void tokenGrowsWithEveryMastership() {
		Participant one = participant("a", 0);
		Participant other = participant("b", 1);
		List<Long> tokens = new ArrayList<>();
		tokens.add(one.acquire().token());
		get(one.session().release(tokens.get(0)));
		tokens.add(one.acquire().token());
		assertThat(get(one.session().handOver(tokens.get(1), "b"))).isTrue();
		tokens.add(other.awaitHeld().token());
		get(other.session().leave());
		one.awaitNobody();
		tokens.add(one.acquire().token());
		get(one.session().leave());
		tokens.add(participant("a", 2).acquire().token());
		assertThat(tokens).isSorted().doesNotHaveDuplicates();
	}

	@Test
	void releasedMastershipIsFree() {
		Participant master = participant("a", 0);
		Participant slave = participant("b", 1);
		long token = master.acquire().token();
		slave.awaitMastership((mastership) -> mastership.token() == token);
		get(master.session().release(token));
		slave.awaitNobody();
		master.awaitNobody();
		slave.awaitMembers("a", "b");
		slave.acquire();
	}

	@Test
	void staleTokenReleasesNothing() {
		Participant master = participant("a", 0);
		Participant slave = participant("b", 1);
		long stale = master.acquire().token();
		get(master.session().release(stale));
		long token = master.acquire().token();
		get(master.session().release(stale));
		get(slave.session().release(token));
		Mastership held = new Mastership("a", token, true, false);
		assertThat(master.listener().view().mastership()).isEqualTo(held);
		assertThat(get(open().view(this.environment, this.service)).mastership())
			.isEqualTo(new Mastership("a", token, false, false));
	}

	@Test
	void leavingRemovesTheMemberAndItsMastership() {
		Participant master = participant("a", 0);
		Participant slave = participant("b", 1);
		master.acquire();
		slave.awaitMastership((mastership) -> mastership.instanceId().equals("a"));
		get(master.session().leave());
		slave.await((view) -> view.mastership() == null && Participant.ids(view).equals(List.of("b")));
		slave.acquire();
		assertThat(master.listener().news()).noneMatch(CoordinationException.class::isInstance);
	}

	@Test
	void memberThatHasLeftMayJoinAnew() {
		Participant former = participant("a", 0);
		former.acquire();
		get(former.session().leave());
		Participant anew = participant("a", 0);
		assertThat(anew.listener().view().mastership()).isNull();
		anew.acquire();
	}

	@Test
	void handOverMakesTheOtherMemberMasterWithoutAGap() {
		Participant former = participant("a", 0);
		Participant successor = participant("b", 1);
		Participant watching = participant("c", 2);
		long token = former.acquire().token();
		watching.awaitMastership((mastership) -> mastership.token() == token);
		former.awaitMembers("a", "b", "c");
		assertThat(get(former.session().handOver(token, "b"))).isTrue();
		Mastership held = successor.awaitHeld();
		assertThat(held.token()).isGreaterThan(token);
		assertThat(held.handedOver()).isTrue();
		Mastership seen = new Mastership("b", held.token(), false, true);
		former.awaitMastership(seen::equals);
		watching.awaitMastership(seen::equals);
		for (Participant each : List.of(former, successor, watching)) {
			List<ClusterView> views = each.listener().views();
			assertThat(views.stream().dropWhile((view) -> view.mastership() == null))
				.allMatch((view) -> view.mastership() != null);
		}
	}

	@Test
	void handOverToWhomIsNotThereChangesNothing() {
		Participant master = participant("a", 0);
		Participant gone = participant("b", 1);
		Mastership held = master.acquire();
		get(gone.session().leave());
		assertThat(get(master.session().handOver(held.token(), "b"))).isFalse();
		assertThat(get(master.session().handOver(held.token(), "unknown"))).isFalse();
		assertThat(master.listener().view().mastership()).isEqualTo(held);
		assertThat(get(open().view(this.environment, this.service)).mastership())
			.isEqualTo(new Mastership("a", held.token(), false, false));
	}

	@Test
	void handOverNeedsThePresentMastership() {
		Participant master = participant("a", 0);
		Participant slave = participant("b", 1);
		long stale = master.acquire().token();
		get(master.session().release(stale));
		Mastership held = master.acquire();
		assertThat(get(master.session().handOver(stale, "b"))).isFalse();
		assertThat(get(slave.session().handOver(held.token(), "b"))).isFalse();
		assertThat(master.listener().view().mastership()).isEqualTo(held);
		slave.awaitMastership((mastership) -> mastership.token() == held.token());
		assertThat(slave.listener().views()).noneMatch((view) -> view.mastership() != null && view.mastership().held());
	}

	@Test
	void acceptedOfferIsCompleted() {
		Participant master = participant("a", 0);
		Participant asked = participant("b", 1);
		Participant notAsked = participant("c", 2);
		Mastership held = master.acquire();
		master.awaitMembers("a", "b", "c");
		CompletionStage<Boolean> answer = master.session().offer("b");
		asked.await(ClusterView::offered);
		assertThat(answer.toCompletableFuture()).isNotDone();
		get(asked.session().accept());
		assertThat(get(answer)).isTrue();
		asked.await((view) -> !view.offered());
		assertThat(master.listener().view().mastership()).isEqualTo(held);
		for (Participant each : List.of(master, notAsked)) {
			assertThat(each.listener().views()).noneMatch(ClusterView::offered);
		}
	}

	@Test
	void offerStaysOpenUntilItIsWithdrawn() {
		Participant master = participant("a", 0);
		Participant asked = participant("b", 1);
		master.acquire();
		master.awaitMembers("a", "b");
		CompletableFuture<Boolean> answer = master.session().offer("b").toCompletableFuture();
		asked.await(ClusterView::offered);
		Awaitility.await()
			.during(Duration.ofMillis(500))
			.atMost(RecordingListener.LIMIT)
			.until(() -> !answer.isDone() && asked.listener().view().offered());
		get(master.session().withdraw("b"));
		asked.await((view) -> !view.offered());
		CompletionStage<Boolean> second = master.session().offer("b");
		asked.await(ClusterView::offered);
		get(asked.session().accept());
		assertThat(get(second)).isTrue();
	}

	@Test
	void offerEndsWithTheMastership() {
		Participant master = participant("a", 0);
		Participant asked = participant("b", 1);
		master.acquire();
		master.awaitMembers("a", "b");
		master.session().offer("b");
		asked.await(ClusterView::offered);
		get(master.session().leave());
		asked.await((view) -> !view.offered() && view.mastership() == null);
	}

	@Test
	void renewalConfirmsTheSession() {
		Participant participant = participant("a", 0);
		long before = TimeSource.SYSTEM.nanoTime();
		participant.session().renew();
		Awaitility.await()
			.atMost(RecordingListener.LIMIT)
			.until(() -> participant.listener()
				.news()
				.stream()
				.anyMatch((each) -> each instanceof Confirmation confirmation && confirmation.nanoTime() >= before));
	}

	@Test
	void unknownServiceIsEmpty() {
		ClusterView view = get(open().view(this.environment, "unknown"));
		assertThat(view.members()).isEmpty();
		assertThat(view.mastership()).isNull();
		assertThat(view.offered()).isFalse();
	}

	@Test
	void anyServiceCanBeViewedWithoutJoiningIt() {
		Participant master = participant("a", 0);
		Participant slave = participant("b", 1);
		long token = master.acquire().token();
		ClusterView view = get(open().view(this.environment, this.service));
		assertThat(view.members()).containsExactly(master.member().withRole(Role.MASTER), slave.member());
		assertThat(view.mastership()).isEqualTo(new Mastership("a", token, false, false));
	}

	@Test
	void servicesAreSeparate() {
		Participant one = participant("a", 0);
		Member elsewhere = new Member("b", "host-b", this.environment, "other", Role.SLAVE, MemberState.STARTED,
				List.of(), 100, one.member().joinedAt(), one.member().metadata());
		Participant other = participant(open(), elsewhere);
		one.acquire();
		other.acquire();
		assertThat(Participant.ids(one.listener().view())).containsExactly("a");
		assertThat(Participant.ids(other.listener().view())).containsExactly("b");
	}

	@Test
	void everyStageFailsAfterTheEnd() {
		Participant participant = participant("a", 0);
		Session session = participant.session();
		get(session.leave());
		int told = participant.listener().news().size();
		session.renew();
		assertFails(session.acquire());
		assertFails(session.offer("b"));
		assertFails(session.withdraw("b"));
		assertFails(session.accept());
		assertFails(session.handOver(1, "b"));
		assertFails(session.release(1));
		assertFails(session.update(participant.member()));
		assertThat(participant.listener().news()).hasSize(told);
	}

	@Test
	void closingTwiceIsClosingOnce() {
		Coordinator coordinator = open();
		Session session = participant(coordinator, member("a", 0)).session();
		coordinator.close();
		coordinator.close();
		assertFails(session.acquire());
		assertFails(coordinator.view(this.environment, this.service));
		assertFails(coordinator.records(this.environment, this.service).read("a"));
	}

}
