package io.clustercontroller;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import io.clustercontroller.coordination.TimeSource;
import org.jspecify.annotations.NullMarked;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.context.annotation.Condition;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The shape of the library: which package may know which, what users can see, and what
 * the code keeps its hands off.
 */
@AnalyzeClasses(packages = ArchitectureTests.ROOT, importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

	static final String ROOT = "io.clustercontroller";

	/**
	 * The packages from top to bottom. A package may depend on those below it, and on no
	 * other one in its own line. Each includes its subpackages, unless they have a line
	 * of their own.
	 */
	private static final List<List<String>> LAYERS = List.of(
	// @formatter:off
			List.of(ROOT + ".actuate"),
			List.of(ROOT + ".discovery", ROOT + ".integration"),
			List.of(ROOT + ".process"),
			List.of(ROOT + ".template"),
			List.of(ROOT + ".backup"),
			List.of(ROOT + ".job"),
			List.of(ROOT + ".filelock"),
			List.of(ROOT + ".command"),
			List.of(ROOT + ".history"),
			List.of(ROOT + ".engine"),
			List.of(ROOT + ".coordination.etcd", ROOT + ".coordination.local"),
			List.of(ROOT + ".coordination"),
			List.of(ROOT + ".event"),
			List.of(ROOT));
	// @formatter:on

	/** Packages in which everything is an implementation. */
	private static final String[] HIDDEN = { ROOT + ".coordination.etcd..", ROOT + ".coordination.local..",
			ROOT + ".discovery..", ROOT + ".engine..", ROOT + ".integration..", ROOT + ".template.." };

	@ArchTest
	static final ArchRule dependenciesPointDown = dependenciesPointDown();

	@ArchTest
	static final ArchRule everyPackageIsInTheList = classes().should()
		.resideInAnyPackage(packages().map((name) -> name.equals(ROOT) ? name : name + "..").toArray(String[]::new))
		.because("a new package needs a place among the others");

	@ArchTest
	static final ArchRule packagesHaveNoCycles = SlicesRuleDefinition.slices()
		.assignedFrom(new ByPackage())
		.should()
		.beFreeOfCycles();

	@ArchTest
	void packagesAreNullMarked(JavaClasses classes) {
		Set<String> unmarked = new TreeSet<>();
		for (JavaClass javaClass : classes) {
			if (!javaClass.getPackage().isAnnotatedWith(NullMarked.class)) {
				unmarked.add(javaClass.getPackageName());
			}
		}
		assertThat(unmarked).as("packages without a package-info that says @NullMarked").isEmpty();
	}

	@ArchTest
	static final ArchRule etcdStaysBehindItsBackend = noClasses().that()
		.resideOutsideOfPackage(ROOT + ".coordination.etcd..")
		.and(outermost("not named Etcd* or Jetcd*", (name) -> !name.startsWith("Etcd") && !name.startsWith("Jetcd")))
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("io.etcd..", "io.grpc..");

	@ArchTest
	static final ArchRule metersStayInActuate = noClasses().that()
		.resideOutsideOfPackage(ROOT + ".actuate..")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("io.micrometer..");

	@ArchTest
	static final ArchRule conditionsStayInAutoConfigurations = noClasses()
		.that(outermost("neither *AutoConfiguration nor ConditionalOn*",
				(name) -> !name.endsWith("AutoConfiguration") && !name.startsWith("ConditionalOn")))
		.and()
		.areNotAssignableTo(Condition.class)
		.should()
		.dependOnClassesThat()
		.resideInAPackage("org.springframework.boot.autoconfigure.condition..");

	@ArchTest
	static final ArchRule autoConfigurationsAreNamedSo = classes().that()
		.areAnnotatedWith(AutoConfiguration.class)
		.should()
		.haveSimpleNameEndingWith("AutoConfiguration");

	@ArchTest
	static final ArchRule autoConfigurationsArePublicAndFinal = classes().that()
		.areAnnotatedWith(AutoConfiguration.class)
		.should()
		.bePublic()
		.andShould()
		.haveModifier(JavaModifier.FINAL);

	@ArchTest
	static final ArchRule autoConfigurationsHaveNoPublicMethods = methods().that()
		.areDeclaredInClassesThat()
		.areAnnotatedWith(AutoConfiguration.class)
		.should()
		.notBePublic();

	@ArchTest
	static final ArchRule autoConfigurationsHaveNoPublicFields = fields().that()
		.areDeclaredInClassesThat()
		.areAnnotatedWith(AutoConfiguration.class)
		.should()
		.notBePublic();

	@ArchTest
	static final ArchRule autoConfigurationsHaveNoPublicNestedClasses = classes()
		.that(DescribedPredicate.describe("are nested in auto-configurations",
				(javaClass) -> javaClass.getEnclosingClass()
					.map((enclosing) -> enclosing.isAnnotatedWith(AutoConfiguration.class))
					.orElse(false)))
		.should()
		.notBePublic();

	@ArchTest
	void autoConfigurationsAreThoseThatAreImported(JavaClasses classes) {
		List<String> annotated = classes.stream()
			.filter((javaClass) -> javaClass.isAnnotatedWith(AutoConfiguration.class))
			.map(JavaClass::getName)
			.toList();
		List<String> imported = ImportCandidates.load(AutoConfiguration.class, ArchitectureTests.class.getClassLoader())
			.getCandidates()
			.stream()
			.filter((name) -> name.startsWith(ROOT + "."))
			.toList();
		assertThat(imported).containsExactlyInAnyOrderElementsOf(annotated);
	}

	@ArchTest
	static final ArchRule implementationsAreHidden = classes().that()
		.resideInAnyPackage(HIDDEN)
		.and()
		.areNotAnnotatedWith(AutoConfiguration.class)
		.and()
		.areNotAnnotations()
		.and(DescribedPredicate.describe("are neither ConnectionDetails nor part of them",
				(javaClass) -> !outermost(javaClass).isAssignableTo(ConnectionDetails.class)))
		.and(DescribedPredicate.describe("can be reached from outside", ArchitectureTests::isReachable))
		.should()
		.notBePublic();

	@ArchTest
	static final ArchRule nobodyUsesTheOldDates = noClasses().should()
		.dependOnClassesThat()
		.haveNameMatching("java\\.util\\.(Date|Calendar|GregorianCalendar)");

	@ArchTest
	static final ArchRule nobodyPrints = GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

	@ArchTest
	static final ArchRule nobodySleeps = noClasses().should()
		.accessTargetWhere(target("Thread.sleep", Thread.class, "sleep"))
		.orShould()
		.accessTargetWhere(target("TimeUnit.sleep", TimeUnit.class, "sleep"));

	@ArchTest
	static final ArchRule onlyTheTimeSourceReadsTheClocks = noClasses()
		.that(outermost("not TimeSource", (name) -> !name.equals(TimeSource.class.getSimpleName())))
		.should()
		.accessTargetWhere(target("System.nanoTime", System.class, "nanoTime"))
		.orShould()
		.accessTargetWhere(target("System.currentTimeMillis", System.class, "currentTimeMillis"))
		.orShould()
		.accessTargetWhere(DescribedPredicate.describe("it is now() of java.time without a Clock",
				(access) -> access.getTargetOwner().getPackageName().equals("java.time")
						&& access.getTarget().getName().equals("now")
						&& access.getTarget() instanceof CodeUnitAccessTarget now
						&& now.getRawParameterTypes().stream().noneMatch((type) -> type.isEquivalentTo(Clock.class))))
		.because("tests and the simulation turn the clocks");

	private static ArchRule dependenciesPointDown() {
		List<ArchRule> rules = new ArrayList<>();
		for (int i = 0; i < LAYERS.size(); i++) {
			for (String target : LAYERS.get(i)) {
				Set<String> notAbove = new TreeSet<>();
				LAYERS.subList(i, LAYERS.size()).forEach(notAbove::addAll);
				notAbove.remove(target);
				rules.add(noClasses().that(belongTo(notAbove)).should().dependOnClassesThat(belongTo(Set.of(target))));
			}
		}
		return CompositeArchRule.of(rules).because("dependencies point down the list of packages only");
	}

	private static Stream<String> packages() {
		return LAYERS.stream().flatMap(List::stream);
	}

	private static DescribedPredicate<JavaClass> belongTo(Set<String> packages) {
		return DescribedPredicate.describe("belong to " + packages,
				(javaClass) -> packageInList(javaClass.getPackageName()).filter(packages::contains).isPresent());
	}

	private static Optional<String> packageInList(String packageName) {
		return packages().filter((name) -> (packageName + ".").startsWith(name + "."))
			.max(Comparator.comparingInt(String::length));
	}

	private static DescribedPredicate<JavaClass> outermost(String description, Predicate<String> simpleName) {
		return DescribedPredicate.describe("are " + description,
				(javaClass) -> simpleName.test(outermost(javaClass).getSimpleName()));
	}

	private static JavaClass outermost(JavaClass javaClass) {
		return javaClass.getEnclosingClass().map(ArchitectureTests::outermost).orElse(javaClass);
	}

	private static boolean isReachable(JavaClass javaClass) {
		return javaClass.getEnclosingClass()
			.map((enclosing) -> enclosing.getModifiers().contains(JavaModifier.PUBLIC) && isReachable(enclosing))
			.orElse(true);
	}

	/** Finds calls and method references alike. */
	private static DescribedPredicate<JavaAccess<?>> target(String description, Class<?> owner, String method) {
		return DescribedPredicate.describe("it is " + description,
				(access) -> access.getTargetOwner().isEquivalentTo(owner)
						&& access.getTarget().getName().equals(method));
	}

	private static final class ByPackage implements SliceAssignment {

		@Override
		public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
			return packageInList(javaClass.getPackageName()).map(SliceIdentifier::of).orElse(SliceIdentifier.ignore());
		}

		@Override
		public String getDescription() {
			return "the packages in the list";
		}

	}

}
