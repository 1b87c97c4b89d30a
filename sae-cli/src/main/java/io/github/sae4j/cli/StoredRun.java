package io.github.sae4j.cli;

import io.github.sae4j.Provenance;
import io.github.sae4j.checkpoint.SaeFormat;
import io.github.sae4j.checkpoint.StoredSae;
import io.github.sae4j.store.ActivationDump;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.ActivationSources;
import io.github.sae4j.store.DumpInfo;
import io.github.sae4j.store.OnRead;
import io.github.sae4j.train.StoppedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds an SAE and the rows that belong to it, from what people name on the command line. */
final class StoredRun {
  /** Where a training run leaves its SAE. */
  static final String SAE = "sae";

  private static final String MANIFEST = "manifest.json";

  private StoredRun() {}

  /**
   * Reads an SAE of any known format, or that of a training run; of a stopped run its newest
   * checkpoint, with a note on the console.
   */
  static StoredSae readSae(Console console, Path path) throws IOException {
    if (isStopped(path)) {
      StoppedRun run = StoppedRun.open(path);
      console.note(
          "%s is not finished: taking its newest checkpoint, of step %s of %s"
              .formatted(path, Words.count(run.step()), Words.count(run.steps())));
      return run.sae();
    }
    return SaeFormat.readAny(path);
  }

  /** Whether the path is a training run that has no SAE yet. */
  static boolean isStopped(Path path) throws IOException {
    return SaeFormat.at(path).isEmpty() && StoppedRun.isAt(path);
  }

  /** Where the SAE is: the directory or file itself, or in that of a training run. */
  static Path saeDirectory(Path path) throws IOException {
    return SaeFormat.locate(path);
  }

  /** Opens rows; where a dump has several tensors and none is named, the one that was learnt. */
  static ActivationSource openRows(
      Path data, String tensorOrNull, Provenance provenance, OnRead onRead) throws IOException {
    return ActivationSources.open(data, tensorIn(data, tensorOrNull, provenance), onRead);
  }

  /** Whether the directory is an activation dump. */
  static boolean isDump(Path data) {
    return Files.exists(data.resolve(MANIFEST));
  }

  /** The tensor to use: the one that is named, or the one that was learnt if the dump has it. */
  static String tensorIn(Path data, String tensorOrNull, Provenance provenance) throws IOException {
    if (tensorOrNull != null || !isDump(data)) {
      return tensorOrNull;
    }
    try (ActivationDump dump = ActivationDump.open(data)) {
      return dump.manifest().tensors().stream()
          .map(DumpInfo.Tensor::name)
          .filter(name -> name.equals(provenance.tensor()))
          .findFirst()
          .orElse(null);
    }
  }
}
