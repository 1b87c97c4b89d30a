package io.github.sae4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.checkpoint.SaeFormat;
import io.github.sae4j.checkpoint.StoredSae;
import io.github.sae4j.format.FloatTensor;
import io.github.sae4j.format.NpzWriter;
import io.github.sae4j.store.ActivationDump;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.ActivationSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConvertCommandTest {
  @TempDir private static Path directory;
  private static ToyWorld world;
  private static Path run;

  @BeforeAll
  static void prepare() throws IOException {
    world = ToyWorld.trained(directory);
    run = world.run();
  }

  /**
   * What was trained here measures the same after it has been sparsify's and dictionary_learning's.
   */
  @Test
  void anSaeGoesThroughOtherLibrariesUnchanged() throws IOException {
    Path sparsify = directory.resolve("sparsify");
    Path dictionary = directory.resolve("dictionary");
    Path back = directory.resolve("back");
    CommandRun.of("convert", "--sae", run, "--to", "sparsify", "--out", sparsify).succeeded();
    CommandRun.of("convert", "--sae", sparsify, "--to", "dictionary_learning", "--out", dictionary)
        .succeeded();
    CommandRun.of("convert", "--sae", dictionary, "--to", "saelens", "--out", back).succeeded();
    StoredSae first = SaeFormat.readAny(run.resolve("sae"));
    StoredSae last = SaeFormat.readAny(back);
    assertArrayEquals(
        first.sae().parameters().wDec().data().asFloat(),
        last.sae().parameters().wDec().data().asFloat());
    String[] measured = {"", ""};
    Path[] paths = {run, dictionary};
    for (int i = 0; i < 2; i++) {
      measured[i] =
          CommandRun.of("eval", "--sae", paths[i], "--data", world.dump(), "--rows", "all")
              .succeeded()
              .out();
    }
    assertTrue(measured[0].contains("FVU"));
    assertEquals(measured[0], measured[1]);
  }

  /** A file of weights has several matrices: they are listed, and one is taken by its name. */
  @Test
  void tensorsOfAWeightsFileAreListedAndPicked() throws IOException {
    Path weights = run.resolve("sae/sae_weights.safetensors");
    String listed = CommandRun.of("convert", "--data", weights, "--list-tensors").succeeded().out();
    assertTrue(listed.startsWith("W_dec  F32 ["), listed);
    assertTrue(listed.strip().lines().anyMatch(line -> line.startsWith("b_enc  F32 [")), listed);
    CommandRun.of("convert", "--data", weights, "--out", directory.resolve("rows"))
        .refused("several tensors, name one: W_dec, W_enc");
    CommandRun.of(
            "convert", "--data", weights, "--tensor", "W_dec", "--out", directory.resolve("rows"))
        .succeeded();
    CommandRun.of("eval", "--sae", run, "--data", world.dump(), "--truth", weights)
        .refused("several tensors, name one: W_dec, W_enc");
    String truth = weights + ":W_dec";
    String found =
        CommandRun.of("eval", "--sae", run, "--data", world.dump(), "--truth", truth)
            .succeeded()
            .out();
    assertTrue(found.matches("(?s).*MCC +1\\.0000.*"), found);
    CommandRun.of("convert", "--data", weights, "--tensor", "W_dec").refused("'--out=PATH'");
    CommandRun.of("convert", "--data", directory, "--list-tensors")
        .refused("is not a .safetensors");
  }

  @Test
  void whatAFormatCannotExpressIsRefused() {
    Path out = directory.resolve("nowhere");
    CommandRun.of("convert", "--sae", run, "--to", "gemma-scope", "--out", out)
        .refused("gemma-scope has no equivalent of topk");
    CommandRun.of("convert", "--sae", run, "--to", "keras", "--out", out)
        .refused("no format 'keras'", "sparsify");
    CommandRun.of("convert", "--sae", world.dump(), "--to", "saelens", "--out", out)
        .refused("is not an SAE: it has no files of a known format", "manifest.json");
    CommandRun.of("convert", "--sae", run, "--to", "saelens", "--out", world.dump())
        .refused("already exists");
    CommandRun.of("convert", "--sae", run, "--to", "saelens", "--out", world.dump(), "--overwrite")
        .refused("is not an SAE; refusing to overwrite it");
    CommandRun.of("convert", "--out", out).refused("--sae", "--data");
    assertFalse(Files.exists(out));
  }

  @Test
  void aDumpKeepsItsTexts() throws IOException {
    Path copy = directory.resolve("copy");
    CommandRun.of(
            "convert",
            "--data",
            world.dump(),
            "--dtype",
            "bf16",
            "--rows-per-shard",
            7,
            "--out",
            copy)
        .succeeded();
    try (ActivationDump before = ActivationDump.open(world.dump());
        ActivationDump after = ActivationDump.open(copy)) {
      after.verify();
      assertEquals(before.texts(), after.texts());
      assertEquals(before.manifest().rows(), after.manifest().rows());
      assertEquals(before.manifest().model(), after.manifest().model());
      assertEquals(before.origins().at(9), after.origins().at(9));
      assertTrue(after.manifest().shards().size() > 1);
    }
  }

  @Test
  void rowsOfAnyFileBecomeADumpToTrainOn() throws IOException {
    Path file = directory.resolve("rows.npz");
    float[] values = new float[2_000 * 8];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i * i % 977);
    }
    NpzWriter.write(
        file,
        Map.of(
            "acts",
            FloatTensor.of(
                (from, dst, at, n) -> System.arraycopy(values, (int) from, dst, at, n), 2_000, 8)));
    Path dump = directory.resolve("from-npz");
    CommandRun.of("convert", "--data", file, "--model", "toy", "--hook", "layer.1", "--out", dump)
        .succeeded();
    try (ActivationSource rows = ActivationSources.open(dump, "layer.1")) {
      float[] read = new float[values.length];
      rows.read(0, 2_000, read, 0);
      assertArrayEquals(values, read);
    }
    Path trained = directory.resolve("trained");
    CommandRun.of(
            "train", "--data", dump, "--latents", 16, "--k", 2, "--batch", 256, "--out", trained)
        .succeeded();
    StoredSae sae = SaeFormat.readAny(trained.resolve("sae"));
    assertEquals("toy", sae.provenance().model());
    assertEquals("layer.1", sae.provenance().tensor());
    CommandRun report =
        CommandRun.of(
                "report", "--sae", trained, "--data", dump, "--out", directory.resolve("html"))
            .succeeded();
    assertTrue(report.err().contains("has no texts"), report.err());
    CommandRun.of("convert", "--data", file, "--out", dump)
        .refused("already holds an activation dump");
  }
}
