package io.github.sae4j.cli;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.apply.compress.SaezFile;
import io.github.sae4j.checkpoint.SaeFormat;
import io.github.sae4j.store.ActivationDump;
import io.github.sae4j.train.RunVerification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Reads everything at the given paths in full, and prints a line for each. */
final class VerifyTask {
  private final Console console;
  private boolean sound = true;

  VerifyTask(Console console) {
    this.console = console;
  }

  boolean allAreSound() {
    return sound;
  }

  /** Returns whether there is an SAE to read: at the path itself, or in its run. */
  static boolean holdsSae(Path path) throws IOException {
    return Files.exists(path) && SaeFormat.at(StoredRun.saeDirectory(path)).isPresent();
  }

  /** Verifies everything at a path; for a sweep, each of its runs. */
  void verify(Path path) {
    try {
      if (!Files.exists(path)) {
        say(path, false, "does not exist");
      } else if (StoredRun.isDump(path)) {
        verifyDump(path);
      } else if (Files.isRegularFile(path) && SaezFile.isAt(path)) {
        verifyRows(path);
      } else if (RunVerification.isRun(path)) {
        verifyRun(path);
      } else if (SweepRuns.exist(path)) {
        for (Path run : runsIn(path)) {
          verifyRun(run);
        }
      } else if (holdsSae(path)) {
        say(path, true, sae(path));
      } else {
        say(path, false, "is not a dump, a run, an SAE or a .saez file");
      }
    } catch (IOException | IllegalArgumentException e) {
      say(path, false, Failures.sentence(e));
    }
  }

  private static List<Path> runsIn(Path sweep) throws IOException {
    try (Stream<Path> entries = Files.list(sweep)) {
      return entries.filter(RunVerification::isRun).sorted().toList();
    }
  }

  private void verifyDump(Path path) throws IOException {
    try (ActivationDump dump = ActivationDump.open(path)) {
      dump.verify();
      say(
          path,
          true,
          String.format(
              Locale.ROOT,
              "a dump of %s in %s, all checksums match",
              Words.counted(dump.manifest().rows(), "row"),
              Words.counted(dump.manifest().shards().size(), "shard")));
    }
  }

  private void verifyRows(Path path) throws IOException {
    try (SaezFile file = SaezFile.open(path)) {
      file.verify();
      say(
          path,
          true,
          String.format(
              Locale.ROOT,
              "compressed rows: %s in %s, all checksums match",
              Words.counted(file.rows(), "row"),
              Words.counted(file.blocks(), "block")));
    }
  }

  private void verifyRun(Path path) {
    RunVerification run = RunVerification.of(path);
    List<String> faults = new ArrayList<>(run.faults().stream().map(Failures::sentence).toList());
    String sae = "no SAE yet";
    if (run.isFinished()) {
      try {
        sae = sae(path);
      } catch (IOException | IllegalArgumentException e) {
        faults.add(Failures.sentence(e));
      }
    }
    say(
        path,
        faults.isEmpty(),
        faults.isEmpty()
            ? String.format(Locale.ROOT, "a run with %s, checkpoints: %d", sae, run.checkpoints())
            : String.join("; ", faults));
  }

  private static String sae(Path path) throws IOException {
    SparseAutoencoder sae = SaeFormat.readAny(path).sae();
    try {
      return String.format(
          Locale.ROOT,
          "an SAE (%s) of %,d -> %,d, all weights finite",
          sae.variant().name(),
          sae.nIn(),
          sae.nLatents());
    } finally {
      sae.free();
    }
  }

  private void say(Path path, boolean isSound, String what) {
    sound &= isSound;
    String named = what.startsWith(path.toString()) ? what : path + ": " + what;
    console.result((isSound ? "ok     " : "wrong  ") + named);
  }
}
