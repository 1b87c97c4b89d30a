package io.github.sae4j;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.InstanceofCheck;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.github.sae4j.engine.AbstractEngineTest;
import io.github.sae4j.variant.Variant;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Checks the compiled classes against the rules in docs/architecture.md. */
class ArchitectureTest {
  private static final String ROOT = "io.github.sae4j";
  private static final Path DOCUMENT = Path.of("..", "docs", "architecture.md");

  private static JavaClasses classes;

  @BeforeAll
  static void read() {
    classes =
        new ClassFileImporter()
            .importUrl(SparseAutoencoder.class.getProtectionDomain().getCodeSource().getLocation());
  }

  /** {@code ""} for the root, {@code variant} for {@code io.github.sae4j.variant}. */
  private static String packageOf(JavaClass type) {
    return type.getPackageName().substring(ROOT.length()).replaceFirst("^\\.", "");
  }

  /** The packages in the order of the table "Packages of sae-core". */
  private static List<String> table() throws Exception {
    String section = Files.readString(DOCUMENT).split("\n## Packages of sae-core\n", -1)[1];
    return Pattern.compile("(?m)^\\| (?:`(\\w+)`|\\(root\\)) \\|")
        .matcher(section.split("\n## ", -1)[0])
        .results()
        .map(row -> row.group(1) == null ? "" : row.group(1))
        .toList();
  }

  @Test
  void everyPackageIsInTheTable() throws Exception {
    TreeSet<String> packages = new TreeSet<>();
    classes.forEach(type -> packages.add(packageOf(type)));
    assertEquals(packages, new TreeSet<>(table()));
  }

  @Test
  void packagesUseOnlyThoseAboveThem() throws Exception {
    List<String> order = table();
    classes().should(useOnlyWhatStandsAbove(order)).check(classes);
  }

  private static ArchCondition<JavaClass> useOnlyWhatStandsAbove(List<String> order) {
    return new ArchCondition<>("use only packages that stand above their own") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        int own = order.indexOf(packageOf(type));
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
          JavaClass used = dependency.getTargetClass().getBaseComponentType();
          if (used.getPackageName().startsWith(ROOT) && order.indexOf(packageOf(used)) > own) {
            events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
          }
        }
      }
    };
  }

  /** The internal packages, each with its one type that is public API. */
  private static Map<String, String> internalPackages() throws Exception {
    String list =
        Files.readString(DOCUMENT).split("Internal packages: ", -1)[1].split("\\. ", -1)[0];
    return Pattern.compile("`(\\w+)`\\s\\(except `(\\w+)`\\)")
        .matcher(list)
        .results()
        .collect(Collectors.toMap(entry -> entry.group(1), entry -> entry.group(2)));
  }

  @Test
  void internalPackagesAreDocumentedAsInternal() throws Exception {
    Path sources = Path.of("src", "main", "java", "io", "github", "sae4j");
    TreeSet<String> internal = new TreeSet<>();
    for (String name : table()) {
      String text = Files.readString(sources.resolve(name).resolve("package-info.java"));
      if (text.contains("<p>Internal: ")) {
        internal.add(name);
      }
    }
    assertEquals(internal, internalPackages().keySet());
  }

  /** Public and protected signatures mention no type of an internal package. */
  @Test
  void publicSignaturesAreFreeOfInternalTypes() throws Exception {
    Map<String, String> internal = internalPackages();
    List<String> found = new ArrayList<>();
    for (JavaClass type : classes) {
      if (!isForOthers(type) || internal.containsKey(packageOf(type))) {
        continue;
      }
      Stream.concat(
              type.getMembers().stream()
                  .filter(
                      member ->
                          member.getModifiers().contains(JavaModifier.PUBLIC)
                              || member.getModifiers().contains(JavaModifier.PROTECTED))
                  .flatMap(member -> member.getAllInvolvedRawTypes().stream()),
              type.getAllRawSuperclasses().stream())
          .map(JavaClass::getBaseComponentType)
          .filter(used -> used.getPackageName().startsWith(ROOT))
          .filter(used -> internal.containsKey(packageOf(used)))
          .filter(used -> !used.getSimpleName().equals(internal.get(packageOf(used))))
          .forEach(used -> found.add(type.getName() + " mentions " + used.getName()));
    }
    assertEquals(List.of(), found);
  }

  private static boolean isForOthers(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && type.getEnclosingClass().map(ArchitectureTest::isForOthers).orElse(true);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(classes);
  }

  /** Libraries throw and log; only the command prints and exits. */
  @Test
  void theLibraryNeitherPrintsNorExits() {
    noClasses().should().accessField(System.class, "out").check(classes);
    noClasses().should().accessField(System.class, "err").check(classes);
    noClasses().should().callMethod(System.class, "exit", int.class).check(classes);
    noClasses().should().callMethod(Runtime.class, "exit", int.class).check(classes);
    noClasses().should().callMethod(Runtime.class, "halt", int.class).check(classes);
    noClasses()
        .should()
        .callMethodWhere(
            target(name("printStackTrace"))
                .and(
                    target(
                        owner(
                            DescribedPredicate.describe(
                                "a Throwable", owner -> owner.isAssignableTo(Throwable.class))))))
        .check(classes);
  }

  /** Only {@code layer} and the packages around it use DL4J's networks. */
  @Test
  void fewPackagesUseDl4jsNetworks() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            ROOT + ".layer..",
            ROOT + ".keras..",
            ROOT + ".ui..",
            ROOT + ".train..",
            ROOT + ".network..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.deeplearning4j.nn..")
        .check(classes);
  }

  /** Engines of devices and the variants on them need none of ND4J (docs/adr/0008). */
  @Test
  void enginesInterfaceAndVariantsDoNotKnowNd4j() {
    noClasses()
        .that()
        .resideInAnyPackage(ROOT + ".engine..", ROOT + ".variant..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.nd4j..", "org.bytedeco..", "org.deeplearning4j..", ROOT + ".nd4j..")
        .check(classes);
  }

  /** The contract also runs for engines on machines where ND4J has no backend. */
  @Test
  void theEnginesContractDoesNotKnowNd4j() throws Exception {
    Path tests =
        Path.of(
            AbstractEngineTest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    JavaClasses contract =
        new ClassFileImporter().importPath(tests.resolve(ROOT.replace('.', '/')).resolve("engine"));
    assertTrue(contract.contain(AbstractEngineTest.class));
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.nd4j..", "org.bytedeco..", "org.deeplearning4j..", ROOT + ".nd4j..")
        .check(contract);
  }

  /** Behaviour that depends on the variant is a method of it, so no new variant can omit it. */
  @Test
  void noOtherPackageTestsTheClassOfAVariant() {
    classes()
        .that()
        .resideOutsideOfPackages(ROOT + ".variant..", ROOT + ".engine..")
        .should(
            new ArchCondition<>("not ask which class a variant is") {
              @Override
              public void check(JavaClass type, ConditionEvents events) {
                for (InstanceofCheck asked : type.getInstanceofChecks()) {
                  if (asked.getRawType().isAssignableTo(Variant.class)) {
                    events.add(
                        SimpleConditionEvent.violated(
                            asked,
                            asked.getOwner().getFullName()
                                + " asks for "
                                + asked.getRawType().getName()
                                + " in "
                                + asked.getSourceCodeLocation()));
                  }
                }
              }
            })
        .check(classes);
  }
}
