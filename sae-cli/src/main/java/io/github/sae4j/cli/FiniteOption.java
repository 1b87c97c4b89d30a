package io.github.sae4j.cli;

import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.FiniteSource;
import io.github.sae4j.store.OnNonFinite;
import io.github.sae4j.store.SkippingSource;
import io.github.sae4j.train.RunVerification;
import io.github.sae4j.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Option for the handling of rows with NaN or infinity when an SAE is evaluated. */
final class FiniteOption {
  @Option(
      names = "--on-nonfinite",
      paramLabel = "fail|skip",
      description =
          "What to do with rows that contain NaN or infinity (default: as in the SAE's training run, otherwise fail).")
  private OnNonFinite onNonFinite;

  /**
   * Returns the rows to evaluate on.
   *
   * @param sae the SAE directory or its run
   */
  ActivationSource of(ActivationSource rows, Path sae, Console console) throws IOException {
    return finite(rows, way(sae), console);
  }

  /** Returns the handling given on the command line, or else the one used in training. */
  OnNonFinite way(Path sae) throws IOException {
    return onNonFinite != null ? onNonFinite : inTraining(sae);
  }

  /** Returns only finite rows, and prints how many were skipped. */
  static ActivationSource finite(ActivationSource rows, OnNonFinite onNonFinite, Console console)
      throws IOException {
    if (onNonFinite == OnNonFinite.FAIL) {
      return new FiniteSource(rows);
    }
    SkippingSource finite = SkippingSource.of(rows);
    if (finite.skipped() > 0) {
      console.note(
          "skipped %s not finite; the first: %s"
              .formatted(
                  finite.skipped() == 1
                      ? "1 row that is"
                      : "%,d rows that are".formatted(finite.skipped()),
                  finite.firstSkipped().orElseThrow()));
    }
    return finite;
  }

  private static OnNonFinite inTraining(Path sae) throws IOException {
    Path parent = sae.toAbsolutePath().normalize().getParent();
    for (Path run : Stream.of(sae, parent).filter(path -> path != null).toList()) {
      if (RunVerification.isRun(run)) {
        return Trainer.savedConfig(run).onNonfinite();
      }
    }
    return OnNonFinite.FAIL;
  }
}
