package dev.offramp;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTag;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@ArchTag("gate")
@AnalyzeClasses(packages = "dev.offramp", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule onlyTheCuttingKnowsTheOnnxSchema = noClasses()
            .that()
            .resideOutsideOfPackages("dev.offramp.partition.onnx..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.google.protobuf..", "dev.offramp.partition.onnx..");

    @ArchTest
    static final ArchRule theVocabularyNeedsTheJdkAndJSpecifyOnly = noClasses()
            .that()
            .resideOutsideOfPackages("dev.offramp.partition.onnx..", "dev.offramp.roadside..")
            .should()
            .dependOnClassesThat()
            .resideOutsideOfPackages(
                    "java.lang..",
                    "java.math..",
                    "java.util..",
                    "java.time..",
                    "java.io..",
                    "java.nio..",
                    "java.net",
                    "java.security..",
                    "org.jspecify..",
                    "dev.offramp.partition..",
                    "dev.offramp.supervision..",
                    "dev.offramp.time..");

    @ArchTest
    static final ArchRule onlyTheClockReadsTheTime = noClasses()
            .that()
            .resideOutsideOfPackage("dev.offramp.time..")
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(java.time.Instant.class, "now");

    @ArchTest
    static final ArchRule theRendererStandsAlone = noClasses()
            .that()
            .resideInAPackage("dev.offramp.roadside..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.offramp.partition..");
}
