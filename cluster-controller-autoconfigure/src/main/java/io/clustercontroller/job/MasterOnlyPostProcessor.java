package io.clustercontroller.job;

import java.util.Arrays;

import org.springframework.aop.Advisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AbstractBeanFactoryAwareAdvisingPostProcessor;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.core.Ordered;

/**
 * Puts the guard around beans, whatever the application's AOP settings are.
 * <p>
 * It comes right after Spring's own creator of proxies, so that it joins the proxies of
 * that one, before what makes a bean asynchronous, which so ends up around the guard, and
 * before what schedules a bean's methods, which so sees the proxy. Within a bean's advice
 * the guard comes first: nothing of a refused call is begun, no transaction for instance.
 */
final class MasterOnlyPostProcessor extends AbstractBeanFactoryAwareAdvisingPostProcessor {

	private static final long serialVersionUID = 1L;

	@SuppressWarnings("serial")
	private final MasterOnlyRules rules;

	MasterOnlyPostProcessor(GuardedMethods methods, MasterOnlyInterceptor interceptor, MasterOnlyRules rules,
			boolean proxyTargetClass) {
		this.rules = rules;
		this.advisor = new DefaultPointcutAdvisor(methods, interceptor);
		setBeforeExistingAdvisors(true);
		setProxyTargetClass(proxyTargetClass);
		setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
	}

	/** First the rules: of some classes there can be no proxy at all. */
	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (isEligible(bean, beanName)) {
			this.rules.check(beanName, AopProxyUtils.ultimateTargetClass(bean));
		}
		return super.postProcessAfterInitialization(bean, beanName);
	}

	/** Whether calls of this object pass the guard. */
	static boolean isGuarded(Object bean) {
		return bean instanceof Advised advised && Arrays.stream(advised.getAdvisors())
			.map(Advisor::getAdvice)
			.anyMatch(MasterOnlyInterceptor.class::isInstance);
	}

}
