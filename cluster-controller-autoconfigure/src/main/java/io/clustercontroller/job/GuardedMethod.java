package io.clustercontroller.job;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;

import io.clustercontroller.Role;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ReflectionUtils;

/**
 * A method of a bean with the rules that {@link MasterOnly} gives it.
 *
 * @param method the method of the bean's class
 * @param rules the annotation of the method, or else of its class
 * @param onMethod whether the method itself is annotated
 */
record GuardedMethod(Method method, MasterOnly rules, boolean onMethod) {

	private static final List<Object> EMPTY = List.of(Optional.empty(), OptionalInt.empty(), OptionalLong.empty(),
			OptionalDouble.empty());

	/** The rules for a method of a class, or empty if it is not guarded. */
	static Optional<GuardedMethod> find(Method method, Class<?> targetClass) {
		Method specific = AopUtils.getMostSpecificMethod(method, targetClass);
		if (specific.getDeclaringClass() == Object.class || specific.isSynthetic()) {
			return Optional.empty();
		}
		MasterOnly own = AnnotatedElementUtils.findMergedAnnotation(specific, MasterOnly.class);
		if (own != null) {
			return Optional.of(new GuardedMethod(specific, own, true));
		}
		MasterOnly ofClass = ReflectionUtils.isObjectMethod(specific) ? null
				: AnnotatedElementUtils.findMergedAnnotation(targetClass, MasterOnly.class);
		return Optional.ofNullable(ofClass).map((rules) -> new GuardedMethod(specific, rules, false));
	}

	boolean isInterruptible() {
		return this.rules.onDemotion() == MasterOnly.OnDemotion.INTERRUPT;
	}

	/**
	 * What a call returns that is not let through.
	 * @throws NotMasterException if that is what the rules want
	 */
	@Nullable Object refused() {
		if (this.rules.otherwise() == MasterOnly.Otherwise.THROW) {
			throw new NotMasterException(
					(this.rules.role() == Role.MASTER) ? "This instance is not master, as %s wants.".formatted(this)
							: "This instance is no slave at work, as %s wants.".formatted(this));
		}
		return skipped();
	}

	/** The empty result of the method. */
	@Nullable Object skipped() {
		Class<?> type = this.method.getReturnType();
		if (type == void.class || type == Object.class) {
			return null;
		}
		for (Object empty : EMPTY) {
			if (type.isInstance(empty)) {
				return empty;
			}
		}
		boolean future = type == CompletableFuture.class || type == CompletionStage.class || type == Future.class;
		return future ? CompletableFuture.completedFuture(null) : null;
	}

	@Override
	public String toString() {
		return this.method.getDeclaringClass().getSimpleName() + "." + this.method.getName() + "()";
	}

}
