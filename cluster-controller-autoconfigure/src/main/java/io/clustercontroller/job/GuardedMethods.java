package io.clustercontroller.job;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.ClassFilter;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.core.annotation.AnnotationUtils;

/**
 * All guarded methods: finds them once, and answers again without an allocation.
 */
final class GuardedMethods extends StaticMethodMatcherPointcut {

	private final ClassValue<Map<Method, Optional<GuardedMethod>>> known = new ClassValue<>() {

		@Override
		protected Map<Method, Optional<GuardedMethod>> computeValue(Class<?> type) {
			return new ConcurrentHashMap<>();
		}

	};

	GuardedMethods() {
		ClassFilter candidates = (type) -> AnnotationUtils.isCandidateClass(type, MasterOnly.class);
		setClassFilter(candidates);
	}

	/** The rules for a method of a class, or {@code null} if it is not guarded. */
	@Nullable GuardedMethod of(Method method, Class<?> targetClass) {
		Map<Method, Optional<GuardedMethod>> ofClass = this.known.get(targetClass);
		Optional<GuardedMethod> guarded = ofClass.get(method);
		if (guarded == null) {
			guarded = GuardedMethod.find(method, targetClass);
			ofClass.put(method, guarded);
		}
		return guarded.orElse(null);
	}

	@Override
	public boolean matches(Method method, Class<?> targetClass) {
		return GuardedMethod.find(method, targetClass).isPresent();
	}

}
