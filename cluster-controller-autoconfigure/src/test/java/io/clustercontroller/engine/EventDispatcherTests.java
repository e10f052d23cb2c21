package io.clustercontroller.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.util.Assert;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EventDispatcher}.
 */
@ExtendWith(OutputCaptureExtension.class)
class EventDispatcherTests {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private final Diary diary = new Diary(new CopyOnWriteArrayList<>(), new CountDownLatch(1));

	private @Nullable EventDispatcher dispatcher;

	@AfterEach
	void close() {
		this.diary.gate().countDown();
		this.dispatcher.close();
		this.context.close();
	}

	@Test
	void everyListenerHearsAllEventsInTheOrderOfTheirPublication() {
		start(TwoListeners.class);
		List<CompletableFuture<?>> heard = IntStream.range(0, 500).mapToObj(this::publish).toList();
		heard.forEach((stage) -> assertThat(stage).succeedsWithin(LIMIT));
		assertThat(this.diary.of("one")).isEqualTo(IntStream.range(0, 500).boxed().toList());
		assertThat(this.diary.of("other")).isEqualTo(IntStream.range(0, 500).boxed().toList());
	}

	@Test
	void listenersOfAnEventRunOneAfterTheOtherInTheirOrder() {
		start(OrderedListeners.class);
		publish(1);
		assertThat(publish(2)).succeedsWithin(LIMIT);
		assertThat(this.diary.entries()).containsExactly("first 1", "second 1", "third 1", "first 2", "second 2",
				"third 2");
	}

	@Test
	void listenerThatThrowsKeepsNothingFromAnybody(CapturedOutput output) {
		start(ThrowingListener.class, OrderedListeners.class);
		assertThat(publish(1)).succeedsWithin(LIMIT);
		assertThat(publish(2)).succeedsWithin(LIMIT);
		assertThat(this.diary.of("throwing")).containsExactly(1, 2);
		assertThat(this.diary.of("third")).containsExactly(1, 2);
		assertThat(output).contains("A listener has thrown", "not my day");
	}

	@Test
	void listenerThatDoesNotReturnKeepsNothingFromOthersAndMissesNothing(CapturedOutput output) {
		start(BlockedListener.class, OrderedListeners.class);
		List<CompletableFuture<?>> heard = List.of(publish(1), publish(2), publish(3));
		Awaitility.await().atMost(LIMIT).until(() -> this.diary.of("third").equals(List.of(1, 2, 3)));
		assertThat(this.diary.of("blocked")).containsExactly(1);
		assertThat(heard).noneMatch(CompletableFuture::isDone);
		this.diary.gate().countDown();
		assertThat(heard.get(2)).succeedsWithin(LIMIT);
		assertThat(this.diary.of("blocked")).containsExactly(1, 2, 3);
		assertThat(publish(4)).succeedsWithin(LIMIT);
		assertThat(this.diary.of("blocked")).containsExactly(1, 2, 3, 4);
		assertThat(output.toString().split("is slow")).as("one warning, of the one that is").hasSize(2);
	}

	@Test
	void eventIsHeardWhenAllListenersHaveReturned() {
		start(BlockedListener.class, OrderedListeners.class);
		CompletableFuture<?> heard = publish(1);
		Awaitility.await().atMost(LIMIT).until(() -> this.diary.of("third").equals(List.of(1)));
		assertThat(heard).isNotDone();
		this.diary.gate().countDown();
		assertThat(heard).succeedsWithin(LIMIT);
		assertThat(this.diary.of("returned")).containsExactly(1);
	}

	@Test
	void eventWithoutListenersIsHeard() {
		start();
		assertThat(publish(1)).succeedsWithin(LIMIT);
	}

	@Test
	void eventPublishedByAListenerFollowsThePresentOne() {
		start(OrderedListeners.class);
		this.context.addApplicationListener(ApplicationListener.forPayload((Tick tick) -> {
			if (tick.number() == 1) {
				publish(2);
			}
		}));
		publish(1);
		Awaitility.await().atMost(LIMIT).until(() -> this.diary.of("third").equals(List.of(1, 2)));
		assertThat(this.diary.of("first")).containsExactly(1, 2);
	}

	@Test
	void everyKindOfListenerHearsAnEventOnce(CapturedOutput output) {
		try (AnnotationConfigApplicationContext parent = new AnnotationConfigApplicationContext()) {
			parent.registerBean(Diary.class, () -> this.diary);
			parent.register(ParentListeners.class);
			parent.refresh();
			this.context.setParent(parent);
			ApplicationListener<?> shared = ApplicationListener
				.forPayload((Tick tick) -> this.diary.write("shared", tick));
			parent.addApplicationListener(shared);
			this.context.addApplicationListener(shared);
			start(AllKinds.class);
			assertThat(publish(1)).succeedsWithin(LIMIT);
			assertThat(publish(2)).succeedsWithin(LIMIT);
			assertThat(this.diary.entries().stream().filter((entry) -> entry.endsWith(" 1"))).containsExactlyInAnyOrder(
					"shared 1", "method 1", "lazy method 1", "typed 1", "lazy typed 1", "prototype 1", "lambda 1",
					"any 1", "parent method 1", "parent typed 1", "lazy parent typed 1");
			assertThat(this.diary.entries().stream().filter((entry) -> entry.endsWith(" 2"))).hasSize(12)
				.contains("conditional 2");
			assertThat(output).doesNotContain("ClassCastException", "A listener has thrown");
		}
	}

	@Test
	void listenerThatCannotBeMadeKeepsNothingFromOthers(CapturedOutput output) {
		start(UnmakeableListener.class, OrderedListeners.class);
		assertThat(publish(1)).succeedsWithin(LIMIT);
		assertThat(publish(2)).succeedsWithin(LIMIT);
		assertThat(this.diary.of("third")).containsExactly(1, 2);
		assertThat(output).contains("unmakeable", "no way");
	}

	@Test
	void listenerThatCanBeMadeLaterHearsWhatFollows() {
		AtomicBoolean ready = new AtomicBoolean();
		this.context.registerBean("late", Typed.class, () -> {
			Assert.state(ready.get(), "not yet");
			return new Typed("late", this.diary);
		}, (definition) -> definition.setLazyInit(true));
		start(OrderedListeners.class);
		assertThat(publish(1)).succeedsWithin(LIMIT);
		ready.set(true);
		assertThat(publish(2)).succeedsWithin(LIMIT);
		assertThat(this.diary.of("late")).containsExactly(2);
	}

	@Test
	void listenerThatIsDeclaredLaterHearsWhatFollows() {
		start(OrderedListeners.class);
		assertThat(publish(1)).succeedsWithin(LIMIT);
		this.context.registerBean("late", Typed.class, () -> new Typed("late", this.diary),
				(definition) -> definition.setScope(BeanDefinition.SCOPE_PROTOTYPE));
		assertThat(publish(2)).succeedsWithin(LIMIT);
		assertThat(this.diary.of("late")).containsExactly(2);
	}

	@Test
	void listenerThatIsAddedLaterHearsWhatFollows() {
		start(OrderedListeners.class);
		assertThat(publish(1)).succeedsWithin(LIMIT);
		this.context
			.addApplicationListener(ApplicationListener.forPayload((Tick tick) -> this.diary.write("late", tick)));
		assertThat(publish(2)).succeedsWithin(LIMIT);
		assertThat(this.diary.of("late")).containsExactly(2);
	}

	@Test
	void listenerThatIsRemovedHearsNothingMore() {
		start(OrderedListeners.class);
		ApplicationListener<?> removed = ApplicationListener
			.forPayload((Tick tick) -> this.diary.write("removed", tick));
		this.context.addApplicationListener(removed);
		assertThat(publish(1)).succeedsWithin(LIMIT);
		this.context.removeApplicationListener(removed);
		assertThat(publish(2)).succeedsWithin(LIMIT);
		assertThat(this.diary.of("removed")).containsExactly(1);
	}

	@Test
	void listenersThatComeAndGoMeanwhileDisturbNothing(CapturedOutput output) {
		start(OrderedListeners.class);
		IntStream.range(0, 200).forEach((i) -> this.context.addApplicationListener(new Unconcerned()));
		CompletableFuture<Void> coming = CompletableFuture.runAsync(() -> {
			while (this.diary.gate().getCount() > 0) {
				Unconcerned listener = new Unconcerned();
				this.context.addApplicationListener(listener);
				this.context.removeApplicationListener(listener);
			}
		});
		IntStream.range(0, 200).forEach((i) -> assertThat(publish(i)).succeedsWithin(LIMIT));
		this.diary.gate().countDown();
		assertThat(coming).succeedsWithin(LIMIT);
		assertThat(this.diary.of("third")).isEqualTo(IntStream.range(0, 200).boxed().toList());
		assertThat(output).doesNotContain("has not reached all listeners");
	}

	@Test
	void closeInterruptsListenersAndEndsAllThreads() {
		start(BlockedListener.class, OrderedListeners.class);
		publish(1);
		Awaitility.await().atMost(LIMIT).until(() -> this.diary.of("third").equals(List.of(1)));
		assertThat(threads()).isNotEmpty().allMatch(Thread::isDaemon);
		this.dispatcher.close();
		Awaitility.await().atMost(LIMIT).until(() -> threads().isEmpty());
		assertThat(this.diary.of("interrupted")).containsExactly(1);
	}

	@Test
	void eventAfterTheCloseIsHeardByNobodyAndWaitsForNothing() {
		start(OrderedListeners.class);
		this.dispatcher.close();
		assertThat(publish(1)).succeedsWithin(LIMIT);
		assertThat(this.diary.entries()).isEmpty();
	}

	private void start(Class<?>... configurations) {
		this.context.registerBean(Diary.class, () -> this.diary);
		for (Class<?> configuration : configurations) {
			this.context.register(configuration);
		}
		this.context.refresh();
		this.dispatcher = new EventDispatcher(this.context);
	}

	private CompletableFuture<?> publish(int number) {
		return this.dispatcher.publish(new Tick(number)).toCompletableFuture();
	}

	private static List<Thread> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("cluster-dispatch")
					|| thread.getName().startsWith("cluster-events-"))
			.toList();
	}

	record Tick(int number) {
	}

	/** Who has heard what, and a gate that those wait at who do not return. */
	record Diary(List<String> entries, CountDownLatch gate) {

		void write(String who, Tick tick) {
			this.entries.add(who + " " + tick.number());
		}

		List<Integer> of(String who) {
			return this.entries.stream()
				.filter((entry) -> entry.startsWith(who + " "))
				.map((entry) -> Integer.valueOf(entry.substring(who.length() + 1)))
				.toList();
		}

	}

	record TwoListeners(Diary diary) {

		@EventListener
		void one(Tick tick) {
			this.diary.write("one", tick);
		}

		@EventListener
		void other(Tick tick) {
			this.diary.write("other", tick);
		}

	}

	record OrderedListeners(Diary diary) {

		@EventListener
		@Order(3)
		void third(Tick tick) {
			this.diary.write("third", tick);
		}

		@EventListener
		@Order(1)
		void first(Tick tick) {
			this.diary.write("first", tick);
		}

		@EventListener
		@Order(2)
		void second(Tick tick) {
			this.diary.write("second", tick);
		}

	}

	record ThrowingListener(Diary diary) {

		@EventListener
		@Order(0)
		void hear(Tick tick) {
			this.diary.write("throwing", tick);
			throw new IllegalStateException("not my day");
		}

	}

	record BlockedListener(Diary diary) {

		@EventListener
		@Order(0)
		void hear(Tick tick) {
			this.diary.write("blocked", tick);
			try {
				this.diary.gate().await(LIMIT.toSeconds(), TimeUnit.SECONDS);
				this.diary.write("returned", tick);
			}
			catch (InterruptedException ex) {
				this.diary.write("interrupted", tick);
			}
		}

	}

	static class Unconcerned implements ApplicationListener<ContextRefreshedEvent> {

		@Override
		public void onApplicationEvent(ContextRefreshedEvent event) {
		}

	}

	/** A listener by its declared type. */
	record Typed(String name, Diary diary) implements ApplicationListener<PayloadApplicationEvent<Tick>> {

		@Override
		public void onApplicationEvent(PayloadApplicationEvent<Tick> event) {
			this.diary.write(this.name, event.getPayload());
		}

	}

	static class MethodListener {

		private final String name;

		private final Diary diary;

		MethodListener(String name, Diary diary) {
			this.name = name;
			this.diary = diary;
		}

		@EventListener
		void hear(Tick tick) {
			this.diary.write(this.name, tick);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UnmakeableListener {

		@Bean
		@Lazy
		Typed unmakeable() {
			throw new IllegalStateException("no way");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ParentListeners {

		@Bean
		MethodListener parentMethod(Diary diary) {
			return new MethodListener("parent method", diary);
		}

		@Bean
		Typed parentTyped(Diary diary) {
			return new Typed("parent typed", diary);
		}

		@Bean
		@Lazy
		Typed lazyParentTyped(Diary diary) {
			return new Typed("lazy parent typed", diary);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class AllKinds {

		@Bean
		MethodListener method(Diary diary) {
			return new MethodListener("method", diary);
		}

		@Bean
		@Lazy
		MethodListener lazyMethod(Diary diary) {
			return new MethodListener("lazy method", diary);
		}

		@Bean
		Typed typed(Diary diary) {
			return new Typed("typed", diary);
		}

		@Bean
		@Lazy
		Typed lazyTyped(Diary diary) {
			return new Typed("lazy typed", diary);
		}

		@Bean
		@Scope("prototype")
		Typed prototype(Diary diary) {
			return new Typed("prototype", diary);
		}

		@Bean
		ApplicationListener<PayloadApplicationEvent<Tick>> lambda(Diary diary) {
			return (event) -> diary.write("lambda", event.getPayload());
		}

		@Bean
		ApplicationListener<PayloadApplicationEvent<?>> any(Diary diary) {
			return (event) -> diary.write("any", (Tick) event.getPayload());
		}

		@Bean
		ApplicationListener<PayloadApplicationEvent<String>> anotherPayload(Diary diary) {
			return (event) -> diary.write(event.getPayload(), new Tick(-1));
		}

		@Bean
		ApplicationListener<ContextRefreshedEvent> anotherEvent(Diary diary) {
			return (event) -> event.getApplicationContext();
		}

		@Bean
		Conditional conditional(Diary diary) {
			return new Conditional(diary);
		}

	}

	record Conditional(Diary diary) {

		@EventListener(condition = "#tick.number == 2")
		void hear(Tick tick) {
			this.diary.write("conditional", tick);
		}

	}

}
