package io.github.sae4j.cli;

import io.github.sae4j.format.DirectoryLock;
import io.github.sae4j.onnx.HarvestConfig;
import io.github.sae4j.train.MemoryPlan;
import io.github.sae4j.train.TrainConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code sae quickstart}. */
@Command(
    name = "quickstart",
    description = {
      "Run all steps on a real model: harvest, train, evaluate, report.",
      "",
      "The model is all-MiniLM-L6-v2, after its third layer; the texts are WordNet's glosses. Finished stages are not repeated: after Ctrl-C, run it again."
    })
final class QuickstartCommand implements Callable<Integer>, PlansMemory {
  /** More rows than fit into a window, so two windows are in memory. */
  private static final long MANY_ROWS = 1 << 20;

  @ParentCommand private Sae sae;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "runs/quickstart",
      description = "Output directory (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description =
          "Directory with the model and WordNet (default: $SAE4J_CACHE, or sae4j in $XDG_CACHE_HOME or ~/.cache).")
  private Path cache;

  @Option(
      names = "--max-texts",
      paramLabel = "N",
      description = "Glosses to harvest (default: all, 117,791).")
  @Within(from = 1)
  private long maxTexts = HarvestConfig.NO_LIMIT;

  @Option(
      names = "--latents",
      paramLabel = "N",
      defaultValue = "8192",
      description = "Width of the dictionary (default: ${DEFAULT-VALUE}).")
  @Within(from = 1)
  private int latents;

  @Option(
      names = "--k",
      paramLabel = "N",
      defaultValue = "" + SparsityOptions.DEFAULT_K,
      description = "Active latents per row (default: ${DEFAULT-VALUE}).")
  @Within(from = 1)
  private int k;

  @Option(
      names = "--epochs",
      paramLabel = "X",
      defaultValue = "3",
      description = "Passes over the rows (default: ${DEFAULT-VALUE}).")
  @Within(above = 0)
  private double epochs;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Random seed (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--overwrite", description = "Start over, replacing the contents of DIR.")
  private boolean overwrite;

  @Override
  public Integer call() throws IOException {
    QuickstartSettings settings = new QuickstartSettings(maxTexts, latents, k, epochs, seed);
    settings.trainConfig(QuickstartData.WIDTH); // rejects invalid options before looking at files
    QuickstartData data = QuickstartData.in(cache == null ? QuickstartData.defaultCache() : cache);
    try (DirectoryLock lock = DirectoryLock.acquire(out)) {
      QuickstartState state = QuickstartState.open(out, settings, overwrite);
      sae.logInto(out);
      Optional<Path> page =
          new Quickstart(sae.console(), data, out, state, sae.commandLineWith()).run();
      if (page.isEmpty()) {
        return ExitCode.INTERRUPTED;
      }
      sae.console().result("report: " + page.get().toAbsolutePath().normalize());
      return ExitCode.OK;
    }
  }

  @Override
  public MemoryNeed memory() {
    QuickstartSettings settings = new QuickstartSettings(maxTexts, latents, k, epochs, seed);
    TrainConfig config = settings.trainConfig(QuickstartData.WIDTH);
    return MemoryNeed.atLeast(MemoryPlan.of(config, QuickstartData.WIDTH, MANY_ROWS));
  }
}
