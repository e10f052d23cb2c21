package io.clustercontroller.coordination;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the locks of every coordinator have to do that offers them.
 */
public abstract class LocksContractTests extends AbstractCoordinatorTests {

	@Test
	void locksAreOffered() {
		assertThat(open().offersLocks()).isTrue();
	}

	@Test
	void lockHasOneHolderWhomOthersSee() {
		Participant a = participant("a", 0);
		Participant b = participant("b", 1);
		LockHolder held = get(a.session().lock("var/lib/data"));
		assertThat(held.held()).isTrue();
		assertThat(held.instanceId()).isEqualTo("a");
		assertThat(held.token()).isPositive();
		assertThat(get(b.session().lock("var/lib/data"))).isEqualTo(new LockHolder("a", held.token(), false));
		assertThat(get(b.session().lock("var/lib")).held()).isTrue();
	}

	@Test
	void askingAgainChangesNothing() {
		Participant a = participant("a", 0);
		LockHolder held = get(a.session().lock("x"));
		assertThat(get(a.session().lock("x"))).isEqualTo(held);
	}

	@Test
	void tokenGrowsWithEachHolder() {
		Participant a = participant("a", 0);
		Participant b = participant("b", 1);
		long token = 0;
		for (Participant each : List.of(a, b, a, a, b)) {
			LockHolder held = get(each.session().lock("x"));
			assertThat(held.held()).isTrue();
			assertThat(held.token()).isGreaterThan(token);
			token = held.token();
			get(each.session().unlock("x"));
		}
	}

	@Test
	void unlockingLeavesTheLocksOfOthersAlone() {
		Participant a = participant("a", 0);
		Participant b = participant("b", 1);
		LockHolder held = get(a.session().lock("x"));
		get(b.session().unlock("x"));
		get(b.session().unlock("none"));
		assertThat(get(b.session().lock("x"))).isEqualTo(new LockHolder("a", held.token(), false));
	}

	@Test
	void locksGoWithTheSession() {
		Participant a = participant("a", 0);
		Participant b = participant("b", 1);
		get(a.session().lock("x"));
		get(a.session().leave());
		assertThat(get(b.session().lock("x")).held()).isTrue();
		assertFails(a.session().lock("x"));
		assertFails(a.session().unlock("x"));
		assertThat(get(b.session().lock("x")).held()).isTrue();
	}

	@Test
	void lockOfAnEarlierSessionOfTheSameInstanceIsNotHeld() {
		Participant former = participant("a", 0);
		LockHolder held = get(former.session().lock("x"));
		Participant again = participant("a", 0);
		assertThat(get(again.session().lock("x"))).isEqualTo(new LockHolder("a", held.token(), false));
		get(again.session().unlock("x"));
		assertThat(get(former.session().lock("x"))).isEqualTo(held);
	}

	@Test
	void locksAreNoPartOfTheViewNorOfTheRecords() {
		Participant a = participant("a", 0);
		Coordinator coordinator = open();
		get(a.session().lock("x"));
		ClusterView view = get(coordinator.view(this.environment, this.service));
		assertThat(view.mastership()).isNull();
		assertThat(Participant.ids(view)).containsExactly("a");
		assertThat(get(coordinator.records(this.environment, this.service).list(""))).isEmpty();
	}

	@Test
	void oneOfManyWinsEachRound() {
		List<Participant> all = IntStream.range(0, 5).mapToObj((order) -> participant("p" + order, order)).toList();
		for (int round = 0; round < 20; round++) {
			List<CompletionStage<LockHolder>> stages = all.stream().map((each) -> each.session().lock("x")).toList();
			List<LockHolder> answers = stages.stream().map(AbstractCoordinatorTests::get).toList();
			assertThat(answers.stream().filter(LockHolder::held)).hasSize(1);
			assertThat(answers.stream().map(LockHolder::token).distinct()).hasSize(1);
			all.forEach((each) -> get(each.session().unlock("x")));
		}
	}

}
