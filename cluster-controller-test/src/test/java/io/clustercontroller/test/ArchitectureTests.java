package io.clustercontroller.test;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/**
 * What the rules of the library mean for this module.
 */
@AnalyzeClasses(packages = "io.clustercontroller.test", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

	@ArchTest
	static final ArchRule itKnowsWhatApplicationsAndCoordinatorsKnow = classes().should()
		.onlyDependOnClassesThat()
		.resideInAnyPackage("io.clustercontroller", "io.clustercontroller.coordination", "io.clustercontroller.event",
				"io.clustercontroller.test", "java..", "org.jspecify..", "org.springframework..");

	@ArchTest
	static final ArchRule usersSeeTheAnnotationAndTheCluster = classes().that()
		.arePublic()
		.should()
		.haveNameMatching(".*\\.(AutoConfigureTestCluster|TestCluster)");

	@ArchTest
	void nobodyPrints(JavaClasses classes) {
		GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(classes);
	}

	@ArchTest
	static final ArchRule nobodyReadsTheClocksOrSleeps = noClasses().should()
		.callMethod(System.class, "nanoTime")
		.orShould()
		.callMethod(System.class, "currentTimeMillis")
		.orShould()
		.callMethod(Thread.class, "sleep", long.class);

}
