package io.github.sae4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The scripts as people run them, each Java a process of its own. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "abuse.sh needs the tools of GNU")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ScriptsTest {
  @TempDir private static Path directory;
  private static Distribution distribution;

  @BeforeAll
  static void prepare() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "there is no bash");
    distribution = Distribution.in(directory.resolve("checkout"));
  }

  /** The archive is made, serves these jars, is left alone while current, and renewed when not. */
  @Test
  @Order(1)
  void anArchiveOfClassesIsMade() throws Exception {
    assertEquals(0, distribution.run("archive.sh", Map.of()).exitCode());
    Path log = distribution.archive().resolveSibling("../archive.log");
    assertTrue(Files.isRegularFile(distribution.archive()), Files.readString(log));
    Distribution.Ended loaded =
        distribution.run(
            "sae", Map.of("SAE_JAVA_OPTS", "-Xlog:class+load:stdout -Xshare:on"), "--version");
    assertEquals(0, loaded.exitCode(), loaded.err());
    assertTrue(
        loaded.out().contains("io.github.sae4j.cli.Sae source: shared objects file"),
        loaded.out().lines().filter(line -> line.contains("cli.Sae ")).toList().toString());

    Object made = Files.getLastModifiedTime(distribution.archive());
    distribution.run("archive.sh", Map.of());
    assertEquals(made, Files.getLastModifiedTime(distribution.archive()));

    Path whole = Files.copy(distribution.archive(), directory.resolve("whole"));
    Files.write(distribution.archive(), new byte[1000]);
    distribution.run("archive.sh", Map.of());
    double size = (double) Files.size(whole);
    assertEquals(size, (double) Files.size(distribution.archive()), size / 100);
    try (var files = Files.list(distribution.archive().getParent())) {
      assertFalse(files.anyMatch(file -> file.toString().matches(".*jsa\\.\\d+")));
    }
  }

  @Test
  @Order(2)
  void badInputIsRefusedAndNothingLost() throws Exception {
    Distribution.Ended abuse = distribution.run("abuse.sh", Map.of(), "--quick");
    String failed =
        String.join("\n", abuse.out().lines().filter(line -> line.startsWith("FAILED")).toList());
    assertEquals("", failed);
    assertEquals(0, abuse.exitCode(), abuse.out() + abuse.err());
    assertTrue(abuse.out().matches("(?s).*\\n\\d{2,} cases, 0 failed\\n"), abuse.out());
  }
}
