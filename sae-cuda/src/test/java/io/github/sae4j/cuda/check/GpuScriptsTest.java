package io.github.sae4j.cuda.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.cuda.driver.FakeDriver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts that check a GPU machine and record the results, as they are run there. */
class GpuScriptsTest {
  private static final Path SCRIPTS = Path.of("../scripts").toAbsolutePath().normalize();
  private static final Path FIXTURE =
      Path.of("src/test/resources/io/github/sae4j/cuda/check/emulated.tar.gz").toAbsolutePath();

  @TempDir private Path directory;

  private record Ended(int exitCode, String output) {}

  @BeforeEach
  void needsBash() {
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "SKIPPED: there is no bash");
  }

  private Ended run(Path script, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("/bin/bash", script.toString()));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(directory.toFile());
    builder.environment().put("GPU_CHECK_CLASSPATH", classPath());
    builder.environment().put("GPU_CHECK_HEAP_MB", "512");
    builder.environment().put("GPU_PAGE", page().toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), output);
  }

  private static String classPath() {
    String given = System.getProperty("surefire.test.class.path");
    return given == null ? System.getProperty("java.class.path") : given;
  }

  private Path page() {
    return directory.resolve("gpu.md");
  }

  /** Lays out what a bundle has, with this Java for its own. */
  private Path bundle() throws IOException {
    Path bundle = Files.createDirectory(directory.resolve("a bundle"));
    for (String each : List.of("gpu-check.sh", "bench_pytorch.py", "bench_triton.py")) {
      Files.copy(SCRIPTS.resolve(each), bundle.resolve(each));
    }
    Files.createSymbolicLink(bundle.resolve("jre"), Path.of(System.getProperty("java.home")));
    Files.writeString(bundle.resolve("BUNDLE"), "commit=test\nglibc=2.17\n");
    return bundle.resolve("gpu-check.sh");
  }

  @Test
  void aMachineIsCheckedAndItsArchivePrintedButNotRecorded() throws Exception {
    String driver = FakeDriver.file().toString();
    Ended checked =
        run(bundle(), "--toy", "--driver", driver, "--stages", "facts,bits,memcheck", "--out", "x");
    assertEquals(0, checked.exitCode(), checked.output());
    assertTrue(checked.output().contains("40 of 40 cases have the same bits"), checked.output());
    Path archive = directory.resolve("x.tar.gz");
    assertTrue(Files.exists(archive), checked.output());
    try (Stream<Path> left = Files.list(directory.resolve("x"))) {
      assertFalse(left.anyMatch(file -> file.getFileName().toString().startsWith("work")));
    }
    String before = GpuRecord.BEGIN + "\nold\n" + GpuRecord.END + "\n";
    Files.writeString(page(), before);
    Ended printed = run(SCRIPTS.resolve("gpu-record.sh"), "--print", archive.toString());
    assertEquals(0, printed.exitCode(), printed.output());
    assertTrue(printed.output().startsWith(GpuRecord.EMULATED), printed.output());
    assertTrue(printed.output().contains("| bits | passed |"), printed.output());
    Ended refused = run(SCRIPTS.resolve("gpu-record.sh"), archive.toString());
    assertEquals(2, refused.exitCode(), refused.output());
    assertEquals(
        "gpu-record: x.tar.gz was made with an emulated driver or one given by --driver, not on a"
            + " GPU; --print shows its tables\n",
        refused.output());
    assertEquals(before, Files.readString(page()));
  }

  @Test
  void whatCannotBeCheckedIsRefusedInASentence() throws Exception {
    Path script = bundle();
    assertRefused(
        "gpu-check: unknown option '--nonsense'; see gpu-check.sh --help", script, "--nonsense");
    assertRefused("gpu-check: there is no driver at /no/driver", script, "--driver", "/no/driver");
    assertRefused(
        "gpu-check: there is no stage 'magic'; see gpu-check.sh --help",
        script,
        "--stages",
        "magic");
    Files.createDirectory(directory.resolve("there"));
    assertRefused(
        "gpu-check: there exists already; name another directory with --out",
        script,
        "--out",
        "there");
    Files.writeString(directory.resolve("a bundle/BUNDLE"), "glibc=99.1\n");
    Ended libc = run(script, "--out", "y");
    assertEquals(2, libc.exitCode());
    assertTrue(
        libc.output().startsWith("gpu-check: this bundle needs glibc 99.1 or later"),
        libc.output());
    Files.delete(directory.resolve("a bundle/jre"));
    Ended java = run(script, "--out", "y");
    assertEquals(2, java.exitCode());
    assertTrue(java.output().contains("jre/bin/java is missing or not executable"), java.output());
  }

  private void assertRefused(String expected, Path script, String... arguments) throws Exception {
    assertEquals(new Ended(2, expected + "\n"), run(script, arguments));
  }

  /** The recorded archive of an emulated run, as if it had been a GPU's. */
  @Test
  void tablesComeFromAnArchive() throws Exception {
    Path results = unpacked();
    for (String name : List.of("facts", "bits", "steps", "training")) {
      Path file = results.resolve(name + ".json");
      ObjectMapper json = new ObjectMapper();
      ObjectNode changed = (ObjectNode) json.readTree(file.toFile());
      changed.put("emulated", false);
      json.writeValue(file.toFile(), changed);
    }
    Files.writeString(
        page(), "# GPUs\n" + GpuRecord.BEGIN + "\nold\n" + GpuRecord.END + "\nmore\n");
    GpuRecord.write(results, "a.tar.gz", page());
    String text = Files.readString(page());
    assertTrue(text.startsWith("# GPUs\n" + GpuRecord.BEGIN + "\n\nEmulated on the CPU,"), text);
    assertTrue(text.endsWith("\n" + GpuRecord.END + "\nmore\n"), text);
    assertFalse(text.contains("old"));
    ObjectNode steps =
        (ObjectNode) new ObjectMapper().readTree(results.resolve("steps.json").toFile());
    double ours = steps.at("/shapes/0/sae4j_bfloat16/median_ms").asDouble();
    double peer = steps.at("/shapes/0/pytorch/median_ms").asDouble();
    String row =
        text.lines()
            .filter(line -> line.startsWith("| 16 → 64, 4, 32 |"))
            .collect(Collectors.joining());
    List<String> cells = Stream.of(row.split("\\|", -1)).map(String::strip).toList();
    assertEquals("%.3f".formatted(ours), cells.get(2));
    assertEquals("%.2f".formatted(peer / ours), cells.get(6));
    GpuRecord.write(results, "a.tar.gz", page());
    assertEquals(text, Files.readString(page()), "a second time");
  }

  @Test
  void whatWasNotRunIsSaid() throws Exception {
    Path results = unpacked();
    Files.delete(results.resolve("steps.json"));
    Files.delete(results.resolve("training.json"));
    String text = GpuRecord.text(results, "a.tar.gz");
    assertTrue(text.contains("| 768 → 12,288, 32, 4,096 | not yet run on a GPU |"), text);
    Files.delete(results.resolve("facts.json"));
    Path broken = directory.resolve("broken.tar.gz");
    Files.writeString(broken, "nothing");
    assertRefused(
        "gpu-record: " + broken + " is not a whole .tar.gz",
        SCRIPTS.resolve("gpu-record.sh"),
        broken.toString());
  }

  /** The page holds what an archive would replace, and until then says that nothing has run. */
  @Test
  void thePageHasItsMarks() throws Exception {
    String page = Files.readString(SCRIPTS.resolveSibling("docs").resolve("gpu.md"));
    assertTrue(page.indexOf(GpuRecord.BEGIN) > 0, "no " + GpuRecord.BEGIN);
    assertTrue(page.indexOf(GpuRecord.END) > page.indexOf(GpuRecord.BEGIN));
    assertFalse(page.contains(GpuRecord.EMULATED));
  }

  private Path unpacked() throws Exception {
    Process tar =
        new ProcessBuilder("tar", "-xzf", FIXTURE.toString(), "-C", directory.toString()).start();
    assertEquals(0, tar.waitFor());
    return directory.resolve("emulated");
  }
}
