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
import java.util.Optional;

/** Finds the SAE and its rows from the paths given on the command line. */
final class StoredRun {
  /** Directory within a training run that holds its SAE. */
  static final String SAE = "sae";

  private static final String MANIFEST = "manifest.json";

  private StoredRun() {}

  /**
   * Reads an SAE in any supported format, or the SAE of a training run; for a stopped run, reads
   * its newest checkpoint and prints a note.
   */
  static StoredSae readSae(Console console, Path path) throws IOException {
    if (isStopped(path)) {
      StoppedRun run = StoppedRun.open(path);
      console.note(
          "%s is not finished: using its newest checkpoint, from step %s of %s"
              .formatted(path, Words.count(run.step()), Words.count(run.steps())));
      return run.sae();
    }
    return SaeFormat.readAny(path);
  }

  /** Returns whether the path is a training run that has no SAE yet. */
  static boolean isStopped(Path path) throws IOException {
    return SaeFormat.at(path).isEmpty() && StoppedRun.isAt(path);
  }

  /** Returns the location of the SAE: the directory or file itself, or a training run's SAE. */
  static Path saeDirectory(Path path) throws IOException {
    return SaeFormat.locate(path);
  }

  /**
   * Opens rows; if a dump has several tensors and none is named, opens the one used in training.
   */
  static ActivationSource openRows(
      Path data, String tensorOrNull, Provenance provenance, OnRead onRead) throws IOException {
    return ActivationSources.open(
        data, tensorIn(data, tensorOrNull, provenance).orElse(null), onRead);
  }

  /** Returns whether the directory is an activation dump. */
  static boolean isDump(Path data) {
    return Files.exists(data.resolve(MANIFEST));
  }

  /**
   * Returns the tensor to use: the named one, or else the one used in training, if the dump has it.
   */
  static Optional<String> tensorIn(Path data, String tensorOrNull, Provenance provenance)
      throws IOException {
    if (tensorOrNull != null || !isDump(data)) {
      return Optional.ofNullable(tensorOrNull);
    }
    try (ActivationDump dump = ActivationDump.open(data)) {
      return dump.manifest().tensors().stream()
          .map(DumpInfo.Tensor::name)
          .filter(name -> name.equals(provenance.tensor()))
          .findFirst();
    }
  }
}
