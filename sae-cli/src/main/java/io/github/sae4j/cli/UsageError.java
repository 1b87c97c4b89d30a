package io.github.sae4j.cli;

import java.util.List;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** A command line that cannot be understood: one sentence and where to read more. */
record UsageError(ParameterException exception) {

  /** Prints it and returns the exit code. */
  int report(Console console, boolean debug) {
    if (debug) {
      exception.printStackTrace(console.err());
    }
    String who = exception.getCommandLine().getCommandSpec().qualifiedName();
    console.note(
        who
            + ": "
            + Failures.oneLine(exception.getMessage())
            + hint()
            + "; see "
            + who
            + " --help");
    return ExitCode.WRONG_INPUT;
  }

  private String hint() {
    if (!(exception instanceof UnmatchedArgumentException unmatched)) {
      return "";
    }
    List<String> suggestions = unmatched.getSuggestions();
    return suggestions.isEmpty() ? "" : "; did you mean " + String.join(" or ", suggestions) + "?";
  }
}
