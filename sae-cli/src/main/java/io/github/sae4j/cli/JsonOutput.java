package io.github.sae4j.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.eval.EvalReport;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Destination of a command's metrics with {@code --json}. If it is standard output ({@code -}),
 * nothing else is printed there: human-readable output goes to the error stream.
 *
 * @param console the command's console
 * @param fileOrNull file named by {@code --json}, if given
 */
record JsonOutput(Console console, Path fileOrNull) {

  private boolean isStdout() {
    return Outputs.STDOUT.equals(fileOrNull);
  }

  /** Prints the human-readable results and writes the metrics. */
  void report(String forPeople, ObjectNode numbers) throws IOException {
    if (isStdout()) {
      console.note(forPeople);
      console.result(EvalReport.text(numbers));
      return;
    }
    console.result(forPeople);
    if (fileOrNull != null) {
      EvalReport.writeJson(numbers, fileOrNull);
      console.note("wrote " + fileOrNull);
    }
  }
}
