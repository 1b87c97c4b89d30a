package io.github.sae4j.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.eval.EvalReport;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Where {@code --json} sends a command's numbers. Where that is standard output ({@code -}), it
 * holds nothing else: what is for people goes to the error stream.
 *
 * @param console where the command speaks
 * @param fileOrNull what {@code --json} names, if it is given
 */
record JsonOutput(Console console, Path fileOrNull) {

  private boolean isStdout() {
    return Outputs.STDOUT.equals(fileOrNull);
  }

  /** Prints what people read, and writes the numbers. */
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
