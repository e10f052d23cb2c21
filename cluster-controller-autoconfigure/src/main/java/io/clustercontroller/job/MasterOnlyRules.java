package io.clustercontroller.job;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;

import io.clustercontroller.Role;
import io.clustercontroller.coordination.Names;

import org.springframework.core.MethodIntrospector;
import org.springframework.util.ClassUtils;

/**
 * Where {@link MasterOnly} may stand: only where the guard holds.
 */
final class MasterOnlyRules {

	private static final String PUBLISHER = "org.reactivestreams.Publisher";

	private final boolean proxyTargetClass;

	/**
	 * @param proxyTargetClass whether proxies are subclasses even where there are
	 * interfaces
	 */
	MasterOnlyRules(boolean proxyTargetClass) {
		this.proxyTargetClass = proxyTargetClass;
	}

	/** The methods of a class that calls from outside reach, and that are guarded. */
	static List<GuardedMethod> guardedMethods(Class<?> type) {
		return MethodIntrospector
			.selectMethods(type,
					(MethodIntrospector.MetadataLookup<GuardedMethod>) (
							method) -> GuardedMethod.find(method, type).filter(MasterOnlyRules::isMeant).orElse(null))
			.values()
			.stream()
			.toList();
	}

	/**
	 * With an annotation of the class, what cannot be called from outside is not meant.
	 */
	private static boolean isMeant(GuardedMethod guarded) {
		int modifiers = guarded.method().getModifiers();
		return guarded.onMethod() || !Modifier.isPrivate(modifiers) && !Modifier.isStatic(modifiers);
	}

	/**
	 * Check all guarded methods of a class.
	 * @throws InvalidMasterOnlyException if the guard would not hold on one
	 */
	void check(String beanName, Class<?> type) {
		for (GuardedMethod guarded : guardedMethods(type)) {
			Refusal refusal = new Refusal(beanName, guarded);
			checkReach(type, guarded, refusal);
			checkResult(guarded, refusal);
			checkAttributes(guarded.rules(), guarded, refusal);
		}
	}

	private void checkReach(Class<?> type, GuardedMethod guarded, Refusal refusal) {
		Method method = guarded.method();
		int modifiers = method.getModifiers();
		refusal.when(Modifier.isPrivate(modifiers), "is private, so that no proxy can guard it",
				"Make the method package-private or public.");
		refusal.when(Modifier.isStatic(modifiers), "is static, so that no proxy can guard it",
				"Make it a method of the bean.");
		boolean subclassed = this.proxyTargetClass || ClassUtils.getAllInterfacesForClass(type).length == 0;
		refusal.when(subclassed && Modifier.isFinal(type.getModifiers()),
				"is in a final class, of which there can be no proxy", "Remove 'final' from the class.");
		refusal.when(subclassed && Modifier.isFinal(modifiers),
				"is final: a call would run unguarded, and on the proxy instead of the bean",
				"Remove 'final' from the method.");
	}

	private void checkResult(GuardedMethod guarded, Refusal refusal) {
		Class<?> result = guarded.method().getReturnType();
		refusal.when(
				guarded.rules().otherwise() == MasterOnly.Otherwise.SKIP && result.isPrimitive()
						&& result != void.class,
				"returns '%s', which has no value for a call that was skipped".formatted(result),
				"Return an Optional or nothing, or set 'otherwise' to THROW.");
		refusal.when(
				ClassUtils.getAllInterfacesForClassAsSet(result)
					.stream()
					.anyMatch((type) -> type.getName().equals(PUBLISHER)),
				"returns a publisher: its work begins when somebody subscribes, and not when the guard is passed",
				"Guard the method that does the work.");
	}

	private void checkAttributes(MasterOnly rules, GuardedMethod guarded, Refusal refusal) {
		if (!rules.oncePerTick()) {
			refusal.when(rules.misfire() != Misfire.SKIP, "has a 'misfire' but no ledger that could know of one",
					"Set 'oncePerTick' to true, or leave 'misfire' out.");
			return;
		}
		refusal.when(!guarded.onMethod(), "has 'oncePerTick' from its class, and a ledger is one of a method",
				"Annotate the method.");
		refusal.when(rules.role() != Role.MASTER, "has 'oncePerTick' for slaves, and a tick is claimed by the master",
				"Leave 'role' or 'oncePerTick' out.");
		refusal.when(rules.name().isEmpty(), "has 'oncePerTick' but no 'name' for its ledger",
				"Give it a name that it keeps, such as name = \"report\".");
		refusal.when(!Names.isValid(rules.name()), "has the name '%s', which is none".formatted(rules.name()),
				"Use letters, digits, '.', '_' and '-', and begin with a letter or digit.");
	}

	/**
	 * Says of a method what is wrong with it.
	 *
	 * @param beanName the bean that has it
	 */
	record Refusal(String beanName, GuardedMethod guarded) {

		void when(boolean wrong, String reason, String remedy) {
			if (wrong) {
				throw new InvalidMasterOnlyException(
						"@MasterOnly on %s of the bean '%s': it %s.".formatted(this.guarded, this.beanName, reason),
						remedy);
			}
		}

	}

}
