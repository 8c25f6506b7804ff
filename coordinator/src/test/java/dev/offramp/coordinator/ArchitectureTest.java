package dev.offramp.coordinator;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTag;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of docs/architecture.md: {rpc, store, cli} → control → placement → cluster → vocabulary. */
@ArchTag("gate")
@AnalyzeClasses(packages = "dev.offramp", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String SELF = "dev.offramp.coordinator";
    private static final String[] PURE = {
        "java.lang..", "java.util", "java.util.function..", "java.util.stream..", "java.time.."
    };

    @ArchTest
    static final ArchRule clusterUsesTheVocabularyOnly = classes()
            .that()
            .resideInAPackage(SELF + ".cluster..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(PURE)
                    .or(resideInAnyPackage(SELF + ".cluster..", "dev.offramp.partition..", "org.jspecify..")));

    @ArchTest
    static final ArchRule simulationUsesTheVocabularyOnly = classes()
            .that()
            .resideInAPackage(SELF + ".simulation..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(PURE)
                    .or(resideInAnyPackage(
                            SELF + ".simulation..",
                            "dev.offramp.partition..",
                            "java.util.random..",
                            "java.lang..",
                            "org.hipparchus..",
                            "org.jspecify..")));

    @ArchTest
    static final ArchRule predictionUsesQueueingAndSimulation = classes()
            .that()
            .resideInAPackage(SELF + ".predict..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(PURE)
                    .or(resideInAnyPackage(
                            SELF + ".predict..",
                            SELF + ".queueing..",
                            SELF + ".simulation..",
                            "dev.offramp.partition..",
                            "org.jspecify..")));

    @ArchTest
    static final ArchRule schedulingUsesPrediction = classes()
            .that()
            .resideInAPackage(SELF + ".scheduling..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(PURE)
                    .or(resideInAnyPackage(
                            SELF + ".scheduling..",
                            SELF + ".predict..",
                            SELF + ".queueing..",
                            SELF + ".simulation..",
                            "dev.offramp.partition..",
                            "java.util.random..",
                            "com.google.ortools..",
                            "org.jspecify..")));

    @ArchTest
    static final ArchRule placementUsesClusterAndVocabulary = classes()
            .that()
            .resideInAPackage(SELF + ".placement..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(PURE)
                    .or(resideInAnyPackage(
                            SELF + ".placement..", SELF + ".cluster..", "dev.offramp.partition..", "org.jspecify..")));

    @ArchTest
    static final ArchRule queueingIsFormulas = classes()
            .that()
            .resideInAPackage(SELF + ".queueing..")
            .should()
            .onlyDependOnClassesThat(
                    resideInAnyPackage(PURE).or(resideInAnyPackage(SELF + ".queueing..", "org.jspecify..")));

    @ArchTest
    static final ArchRule controlUsesPlacementAndClusterAndDoesNoInputOrOutput = noClasses()
            .that()
            .resideInAPackage(SELF + ".control..")
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                            SELF + ".rpc..",
                            SELF + ".store..",
                            SELF + ".cli..",
                            SELF + ".config..",
                            "dev.offramp.proto..",
                            "io.grpc..",
                            "com.google..",
                            "java.io..",
                            "java.nio..",
                            "java.net..",
                            "java.sql..")
                    .and(not(com.tngtech.archunit.core.domain.JavaClass.Predicates.type(java.io.Serializable.class))));

    @ArchTest
    static final ArchRule openTelemetryStaysInItsCommand = noClasses()
            .that()
            .resideInAPackage(SELF + "..")
            .and()
            .resideOutsideOfPackage(SELF + ".cli.export..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.opentelemetry..");

    @ArchTest
    static final ArchRule generatedTypesStayInRpcAndCli = noClasses()
            .that()
            .resideInAPackage(SELF + "..")
            .and()
            .resideOutsideOfPackages(SELF + ".rpc..", SELF + ".cli..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.offramp.proto.v1..", "com.google.protobuf..");

    @ArchTest
    static final ArchRule onlyTheStoreKnowsSql = noClasses()
            .that()
            .resideInAPackage(SELF + "..")
            .and()
            .resideOutsideOfPackage(SELF + ".store..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "org.sqlite..");

    @ArchTest
    static final ArchRule onlyTheAuthorityKnowsBouncyCastle = noClasses()
            .that()
            .resideOutsideOfPackage(SELF + ".authority..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.bouncycastle..");

    @ArchTest
    static final ArchRule adaptersDoNotKnowTheCommands = noClasses()
            .that()
            .resideInAPackage(SELF + "..")
            .and()
            .resideOutsideOfPackage(SELF + ".cli..")
            .should()
            .dependOnClassesThat(resideInAPackage(SELF + ".cli.."));

    @ArchTest
    static final ArchRule coordinatorRunsWithoutTheAgent = noClasses()
            .that()
            .resideInAPackage(SELF + "..")
            .should()
            .dependOnClassesThat(resideInAPackage("dev.offramp.agent.."));

    @ArchTest
    static final ArchRule timeComesFromTheTimePackage = noClasses()
            .that()
            .resideInAPackage(SELF + "..")
            .and()
            .resideOutsideOfPackage(SELF + ".cli..")
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Thread.class, "sleep", long.class);

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching(SELF + ".(*)..").should().beFreeOfCycles();
}
