package io.github.sae4j.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code sae verify}. */
@Command(
    name = "verify",
    description = {
      "Read dumps, runs, SAEs and .saez files in full and check that they are intact.",
      "",
      "Checks the checksums of a dump's files, of a run's checkpoints and of compressed rows, and reads the weights of"
          + " an SAE, which must be finite and consistent. Prints one line for each; the exit code is"
          + " 2 if anything is wrong."
    })
final class VerifyCommand implements Callable<Integer>, PlansMemory {
  @ParentCommand private Sae sae;

  @Parameters(
      arity = "1..*",
      paramLabel = "PATH",
      description =
          "A dump, a training run, a sweep, a .saez file, or an SAE in any supported format.")
  private List<Path> paths;

  @Override
  public Integer call() {
    VerifyTask task = new VerifyTask(sae.console());
    paths.forEach(task::verify);
    return task.allAreSound() ? ExitCode.OK : ExitCode.WRONG_INPUT;
  }

  @Override
  public MemoryNeed memory() throws IOException {
    MemoryNeed need = MemoryNeed.ofCopying();
    for (Path path : paths) {
      try {
        if (!StoredRun.isDump(path) && VerifyTask.holdsSae(path)) {
          need = need.and(MemoryNeed.ofReading(path));
        }
      } catch (IllegalArgumentException e) {
        // a sweep, or an unknown kind, which the command reports
      }
    }
    return need;
  }
}
