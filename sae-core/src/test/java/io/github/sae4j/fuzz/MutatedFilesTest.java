package io.github.sae4j.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.github.sae4j.format.MalformedFileException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Wrong files of every format, the same ones every time: each is read or refused by the format's
 * own exception. {@code scripts/fuzz.sh} looks longer, and follows the code's branches.
 */
class MutatedFilesTest {
  private static final int INPUTS = Integer.getInteger("sae4j.mutations", 2_000);

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(Parser.class)
  void areReadOrRefused(Parser parser) throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    for (String seed : parser.seeds()) {
      try (InputStream in = getClass().getResourceAsStream("/" + seed)) {
        seeds.add(Objects.requireNonNull(in, seed).readAllBytes());
      }
    }
    Path file = directory.resolve(parser.fileName());
    Files.write(file, seeds.get(0));
    if (parser != Parser.DUMP_MANIFEST) { // whose shards are not there
      parser.parse(file);
    }
    Mutations mutations = new Mutations(seeds, 1);
    int refused = 0;
    for (int tried = 1; tried <= INPUTS; tried++) {
      byte[] input = mutations.next();
      Files.write(file, input);
      try {
        parser.parse(file);
      } catch (MalformedFileException e) {
        refused++;
      } catch (IOException | RuntimeException | Error e) {
        fail("input %d: %s".formatted(tried, HexFormat.of().formatHex(input)), e);
      }
    }
    assertTrue(refused > INPUTS / 10, refused + " of " + INPUTS + " were refused");
  }
}
