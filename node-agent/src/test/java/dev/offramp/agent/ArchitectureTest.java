package dev.offramp.agent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTag;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of the design, as far as they concern the agent. */
@ArchTag("gate")
@AnalyzeClasses(packages = "dev.offramp.agent", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule THE_CORE_IS_PURE = classes()
            .that()
            .resideInAnyPackage("..agent.core..", "..agent.queue..", "..agent.exit..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java.lang..",
                    "java.util",
                    "java.util.function..",
                    "java.util.stream..",
                    "java.nio",
                    "java.time..",
                    "org.jspecify..",
                    "dev.offramp.partition..",
                    "..agent.core..",
                    "..agent.queue..",
                    "..agent.exit..");

    @ArchTest
    static final ArchRule CODECS_ARE_PURE = classes()
            .that()
            .resideInAPackage("..agent.codec..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java.lang..",
                    "java.util..",
                    "java.nio",
                    "org.jspecify..",
                    "org.slf4j..",
                    "dev.offramp.partition..",
                    "com.github.luben.zstd..",
                    "..agent.codec..");

    @ArchTest
    static final ArchRule THE_CORE_HAS_NO_THREADS_AND_NO_CHANCE = noClasses()
            .that()
            .resideInAnyPackage("..agent.core..", "..agent.queue..", "..agent.exit..")
            .should()
            .callMethod(Math.class, "random")
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching(
                    "java\\.lang\\.(Thread|Process|Runtime).*|java\\.util\\.(Random|SplittableRandom|Timer).*");

    @ArchTest
    static final ArchRule QUEUE_AND_EXIT_DO_NOT_KNOW_THE_CORE = noClasses()
            .that()
            .resideInAnyPackage("..agent.queue..", "..agent.exit..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..agent.core..");

    /** The wiring is the root package. Verifier, profiler and plain server are programs of their own beside the agent. */
    @ArchTest
    static final ArchRule ONLY_THE_WIRING_KNOWS_THE_ADAPTERS = noClasses()
            .that()
            .resideInAPackage("dev.offramp.agent.*..")
            .and()
            .resideOutsideOfPackages(
                    "..inference.onnx..",
                    "..forward.grpc..",
                    "..board.pi4j..",
                    "..agent.verify..",
                    "..agent.profile..",
                    "..agent.serving..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..inference.onnx..", "..forward.grpc..", "..board.pi4j..");

    @ArchTest
    static final ArchRule ONE_PACKAGE_KNOWS_THE_RUNTIME = noClasses()
            .that()
            .resideOutsideOfPackage("..inference.onnx..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("ai.djl..", "ai.onnxruntime..");

    @ArchTest
    static final ArchRule ONE_PACKAGE_KNOWS_PI4J = noClasses()
            .that()
            .resideOutsideOfPackage("..board.pi4j..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.pi4j..");

    @ArchTest
    static final ArchRule GENERATED_TYPES_STAY_IN_THE_RPC_PACKAGES = noClasses()
            .that()
            .resideOutsideOfPackages("..agent.rpc..", "..forward.grpc..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.offramp.proto.v1..", "io.grpc..");

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching("dev.offramp.agent.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule TIME_COMES_FROM_ONE_PLACE = noClasses()
            .that()
            .areNotAssignableTo(AgentCommand.class)
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callConstructor(java.util.Random.class);
}
