package io.clustercontroller.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.ConcurrentModificationException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

import io.clustercontroller.coordination.LoopThread;
import io.clustercontroller.coordination.TimeSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.event.SimpleApplicationEventMulticaster;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Publishes events to the listeners of the application context, in order, each listener
 * with its own pace.
 * <p>
 * A listener gets one event after the other. Listeners of one event run one after the
 * other in their {@code @Order}, as long as each returns soon; the next ones do not wait
 * for one that is slow or behind, and one that throws is logged. This is why the
 * context's own multicaster is not used: it would let one listener keep an event from all
 * others.
 */
final class EventDispatcher extends SimpleApplicationEventMulticaster implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(EventDispatcher.class);

	/** How long the listeners of an event wait for slow ones among them, all in all. */
	static final Duration PATIENCE = Duration.ofSeconds(1);

	/** It should not take much of what the stop timeout leaves. */
	private static final Duration LAST_EVENTS = Duration.ofMillis(500);

	private final ApplicationContext context;

	/** Brings the events in order. */
	private final ExecutorService order = new LoopThread("cluster-dispatch", true);

	/**
	 * Runs the listeners, of which there may be several that are slow. One thread is
	 * kept, so that later events need not wait for it to be made.
	 */
	private final ExecutorService runners = new ThreadPoolExecutor(1, Integer.MAX_VALUE, 10, TimeUnit.SECONDS,
			new SynchronousQueue<>(), daemons("cluster-events-"));

	/**
	 * The last event of each listener that is behind; used by the ordering thread only.
	 */
	private final Map<ApplicationListener<?>, CompletableFuture<Void>> behind = new HashMap<>();

	/** What the listeners were found by; used by the ordering thread only. */
	private List<Registry> found = List.of();

	EventDispatcher(ApplicationContext context) {
		this.context = context;
		setBeanFactory(context.getAutowireCapableBeanFactory());
		setErrorHandler((failure) -> logger.error("A listener has thrown; the others and the cluster go on", failure));
	}

	/**
	 * Publish an event. Returns at once.
	 * @return done when all listeners have returned; never fails
	 */
	CompletionStage<?> publish(Object event) {
		try {
			return CompletableFuture
				.supplyAsync(() -> deliver(new PayloadApplicationEvent<>(this.context, event)), this.order)
				.thenCompose(Function.identity())
				.exceptionally((failure) -> {
					logger.error("The event {} has not reached all listeners", event, failure);
					return null;
				});
		}
		catch (RejectedExecutionException ex) {
			return CompletableFuture.completedStage(null);
		}
	}

	/**
	 * End, after the events that were published last have been heard, such as what has
	 * happened while all was stopped. A listener that still runs is interrupted.
	 */
	@Override
	public void close() {
		this.order.shutdown();
		try {
			this.order.awaitTermination(LAST_EVENTS.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.order.shutdownNow();
		this.runners.shutdownNow();
	}

	private CompletableFuture<Void> deliver(PayloadApplicationEvent<?> event) {
		List<Registry> now = registries();
		if (!now.equals(this.found)) {
			this.found = List.of();
			removeAllListeners();
			now.forEach(this::findListeners);
			this.found = now;
		}
		this.behind.values().removeIf(CompletableFuture::isDone);
		List<CompletableFuture<Void>> all = new ArrayList<>();
		long deadline = TimeSource.SYSTEM.nanoTime() + PATIENCE.toNanos();
		for (ApplicationListener<?> listener : listenersOf(event)) {
			CompletableFuture<Void> earlier = this.behind.get(listener);
			CompletableFuture<Void> heard = hear(listener, event, earlier);
			all.add(heard);
			if (earlier != null || !isHeardBy(deadline, heard, listener, event)) {
				this.behind.put(listener, heard);
			}
		}
		return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
	}

	private CompletableFuture<Void> hear(ApplicationListener<?> listener, PayloadApplicationEvent<?> event,
			@Nullable CompletableFuture<Void> earlier) {
		CompletableFuture<Void> turn = (earlier != null) ? earlier : CompletableFuture.completedFuture(null);
		return turn.thenRunAsync(() -> invokeListener(listener, event), this.runners).exceptionally((failure) -> {
			logger.error("The listener {} has not heard {}", listener, event.getPayload(), failure);
			return null;
		});
	}

	private static boolean isHeardBy(long deadline, CompletableFuture<Void> heard, ApplicationListener<?> listener,
			PayloadApplicationEvent<?> event) {
		long patience = deadline - TimeSource.SYSTEM.nanoTime();
		try {
			heard.get(Math.max(0, patience), TimeUnit.NANOSECONDS);
			return true;
		}
		catch (TimeoutException ex) {
			// who was given no time because of another one is not slow
			if (patience > 0) {
				logger.warn("The listener {} is slow with {}; the others go on", listener, event.getPayload());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
		return false;
	}

	/** One that cannot be made keeps the event from no other. */
	private Collection<ApplicationListener<?>> listenersOf(PayloadApplicationEvent<?> event) {
		Set<String> broken = new HashSet<>();
		while (true) {
			try {
				return getApplicationListeners(event, event.getResolvableType());
			}
			catch (BeanCreationException ex) {
				String name = ex.getBeanName();
				if (name == null || !broken.add(name)) {
					throw ex;
				}
				logger.error("The listener '{}' cannot be made; the others hear {}", name, event.getPayload(), ex);
				removeApplicationListenerBean(name);
				// perhaps it can be for the next event
				this.found = List.of();
			}
		}
	}

	/**
	 * That of the context and those of its parents, which hear the events of their
	 * children in Spring.
	 */
	private List<Registry> registries() {
		List<Registry> registries = new ArrayList<>();
		for (ApplicationContext context = this.context; context != null; context = context.getParent()) {
			if (context instanceof AbstractApplicationContext known) {
				registries.add(Registry.of(known));
			}
		}
		return registries;
	}

	/**
	 * The listeners that a context knows by now. By name come those that are made when
	 * they are needed, and what a lambda listens to.
	 */
	private void findListeners(Registry registry) {
		if (registry.active()) {
			for (String name : registry.context().getBeanNamesForType(ApplicationListener.class, true, false)) {
				addApplicationListenerBean(name);
			}
		}
		registry.listeners().forEach(this::addApplicationListener);
	}

	private static CustomizableThreadFactory daemons(String prefix) {
		CustomizableThreadFactory threads = new CustomizableThreadFactory(prefix);
		threads.setDaemon(true);
		return threads;
	}

	/**
	 * What says whether a context has other listeners than before. To find them by their
	 * type each time took one or two milliseconds, in which nobody is master.
	 *
	 * @param active whether it can be asked for its beans
	 * @param definitions how many beans are declared
	 * @param singletons how many exist: of which type a bean is may be known only when
	 * its factory is made
	 * @param listeners those that are made
	 */
	private record Registry(AbstractApplicationContext context, boolean active, int definitions, int singletons,
			List<ApplicationListener<?>> listeners) {

		static Registry of(AbstractApplicationContext context) {
			boolean active = context.isActive();
			return new Registry(context, active, active ? context.getBeanDefinitionCount() : 0,
					active ? context.getBeanFactory().getSingletonCount() : 0, listenersIn(context));
		}

		private static List<ApplicationListener<?>> listenersIn(AbstractApplicationContext context) {
			while (true) {
				List<ApplicationListener<?>> listeners = new ArrayList<>();
				try {
					context.getApplicationListeners().forEach(listeners::add);
					return listeners;
				}
				catch (ConcurrentModificationException ex) {
					// another thread makes one, and the set is for one thread
					Thread.onSpinWait();
				}
			}
		}

	}

}
