package io.github.sae4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.sae4j.cpu.Nd4jCpuLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The library that was chosen is the one that runs. */
class NativeLibraryTest {
  private static final Path MAPS = Path.of("/proc/self/maps");

  @Test
  void theChosenLibraryIsTheOneThatIsLoaded(@TempDir Path directory) throws IOException {
    assumeTrue(Files.exists(MAPS), "needs /proc/self/maps");
    ToyWorld world = ToyWorld.write(directory);
    world.harvest().succeeded();
    Path run = directory.resolve("run");
    world.train(run, "--verbose").succeeded();

    Nd4jCpuLibrary library = Nd4jCpuLibrary.choose();
    assumeTrue(!library.extension().isEmpty(), "no CPU library on this class path");
    String suffix = library.extension().equals("-") ? "" : library.extension();
    List<String> loaded = mapped("libnd4jcpu.so");
    assertEquals(1, loaded.size(), loaded.toString());
    assertTrue(loaded.get(0).endsWith("x86_64" + suffix + "/libnd4jcpu.so"), loaded.toString());
  }

  private static List<String> mapped(String library) throws IOException {
    try (Stream<String> lines = Files.lines(MAPS)) {
      return lines
          .filter(line -> line.endsWith("/" + library))
          .map(line -> line.substring(line.indexOf('/')))
          .distinct()
          .toList();
    }
  }
}
