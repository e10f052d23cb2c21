package io.clustercontroller.job;

import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Looks at all beans when they are there: refuses those whose guard would not hold, and
 * registers the methods that have a ledger.
 */
final class MasterOnlyBeans implements SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(MasterOnlyBeans.class);

	private final ConfigurableListableBeanFactory beanFactory;

	private final MasterOnlyRules rules;

	private final ScheduledMethods scheduled;

	private final Jobs jobs;

	MasterOnlyBeans(ConfigurableListableBeanFactory beanFactory, MasterOnlyRules rules, Jobs jobs) {
		this.beanFactory = beanFactory;
		this.rules = rules;
		this.scheduled = new ScheduledMethods(beanFactory);
		this.jobs = jobs;
	}

	@Override
	public void afterSingletonsInstantiated() {
		for (String name : this.beanFactory.getBeanNamesForType(Object.class)) {
			Object instance = this.beanFactory.isFactoryBean(name) ? null : this.beanFactory.getSingleton(name);
			Class<?> type = (instance != null) ? AopProxyUtils.ultimateTargetClass(instance)
					: AutoProxyUtils.determineTargetClass(this.beanFactory, name);
			if (type != null && !type.getName().startsWith("org.springframework.")
					&& AnnotationUtils.isCandidateClass(type, MasterOnly.class)) {
				inspect(name, type, instance);
			}
		}
	}

	private void inspect(String name, Class<?> type, @Nullable Object instance) {
		List<GuardedMethod> guarded = MasterOnlyRules.guardedMethods(type);
		// the proxy of another scope leads to beans that are looked at themselves
		if (guarded.isEmpty() || instance instanceof Advised advised && !advised.getTargetSource().isStatic()) {
			return;
		}
		this.rules.check(name, type);
		if (instance != null && !isGuarded(instance)) {
			throw new InvalidMasterOnlyException(
					"The bean '%s' of %s has methods with @MasterOnly, but no guard: it has escaped the making of proxies."
						.formatted(name, type.getName()),
					"It was made too early, because a BeanPostProcessor or a static @Bean needs it, or was registered "
							+ "as an object. Move the annotated methods to a bean of their own that nothing early needs.");
		}
		guarded.stream()
			.filter((method) -> method.rules().oncePerTick())
			.forEach((method) -> register(name, method, instance));
	}

	private static boolean isGuarded(Object instance) {
		return Stream.iterate(instance, AopUtils::isAopProxy, AopProxyUtils::getSingletonTarget)
			.anyMatch(MasterOnlyPostProcessor::isGuarded);
	}

	private void register(String name, GuardedMethod guarded, @Nullable Object instance) {
		new MasterOnlyRules.Refusal(name, guarded).when(
				!this.beanFactory.isSingleton(name) || ScopedProxyUtils.isScopedTarget(name),
				"has 'oncePerTick', and there may be several of the bean", "Make the bean a singleton.");
		JobDefinition definition = this.scheduled.definition(name, guarded);
		if (this.jobs.find(definition.name()) != null) {
			throw new InvalidMasterOnlyException("@MasterOnly on %s of the bean '%s': there is another job named '%s'."
				.formatted(guarded, name, definition.name()), "Give each job a name of its own.");
		}
		this.jobs.registerMethod(definition, () -> call(name, guarded));
	}

	/**
	 * As the scheduler does it: through the proxy, and what is thrown goes to the log.
	 */
	private void call(String name, GuardedMethod guarded) {
		Object bean = this.beanFactory.getBean(name);
		Method method = AopUtils.selectInvocableMethod(guarded.method(), bean.getClass());
		ReflectionUtils.makeAccessible(method);
		try {
			method.invoke(bean);
		}
		catch (ReflectiveOperationException ex) {
			logger.error("Job '{}' has failed", guarded.rules().name(), (ex.getCause() != null) ? ex.getCause() : ex);
		}
	}

}
