package io.github.sae4j.apply.compress;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.github.sae4j.fuzz.Mutations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Wrong files, the same ones every time: each is read or refused by the format's own exception,
 * also if its checksums are right.
 */
class MutatedFilesTest {
  private static final int INPUTS = Integer.getInteger("sae4j.mutations", 2_000);

  @TempDir private Path directory;

  @Test
  void areReadOrRefused() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    for (String name : List.of("latent", "row", "block")) {
      seeds.add(ConformanceTest.resource(name + ".saez"));
    }
    Path packed = directory.resolve("packed.saez");
    Saez.write(Saez.sae(), Saez.SETTINGS.with(new ErrorBound(.1, false)), Saez.rows(), packed);
    seeds.add(Files.readAllBytes(packed));
    Mutations mutations = new Mutations(seeds, 1);
    int refused = 0;
    int read = 0;
    for (int tried = 1; tried <= INPUTS; tried++) {
      byte[] input = Checksums.repaired(mutations.next());
      try {
        if (JazzerTarget.parse(input, directory.resolve("input.saez"))) {
          read++;
        } else {
          refused++;
        }
      } catch (IOException | RuntimeException | Error e) {
        fail("input %d: %s".formatted(tried, HexFormat.of().formatHex(input)), e);
      }
    }
    assertTrue(refused > INPUTS / 10, refused + " of " + INPUTS + " were refused");
    assertTrue(read > INPUTS / 20, read + " of " + INPUTS + " were read");
  }
}
