package io.github.sae4j.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.commons.text.similarity.LevenshteinDistance;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** An invalid command line, reported in one sentence with a pointer to the help. */
record UsageError(ParameterException exception) {
  private static final int MOST = 3;

  /**
   * Reports an unknown option rather than a missing one, since the unknown one may be a misspelling
   * of the missing one.
   */
  UsageError {
    List<String> unmatched = exception.getCommandLine().getUnmatchedArguments();
    Optional<String> option = unmatched.stream().filter(word -> word.startsWith("-")).findFirst();
    if (exception instanceof MissingParameterException && option.isPresent()) {
      exception =
          new UnmatchedArgumentException(
              exception.getCommandLine(), new ArrayList<>(List.of(option.get())));
    }
  }

  /** Prints it and returns the exit code. */
  int report(Console console, boolean debug) {
    if (debug) {
      console.trace(exception);
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
    List<String> suggestions = suggestions(unmatched);
    return suggestions.isEmpty() ? "" : "; did you mean " + String.join(" or ", suggestions) + "?";
  }

  /**
   * Returns options spelt similarly to the first unknown one, or picocli's own suggestions for
   * commands.
   */
  private static List<String> suggestions(UnmatchedArgumentException unmatched) {
    String word = unmatched.getUnmatched().get(0).replaceFirst("=.*", "").toLowerCase(Locale.ROOT);
    if (!word.startsWith("-")) {
      return unmatched.getSuggestions();
    }
    Map<String, Integer> distances = new TreeMap<>();
    for (OptionSpec option : unmatched.getCommandLine().getCommandSpec().options()) {
      for (String name : option.names()) {
        distances.put(name, LevenshteinDistance.getDefaultInstance().apply(word, name));
      }
    }
    int far = 1 + word.length() / 5;
    return distances.entrySet().stream()
        .filter(
            entry ->
                entry.getValue() <= far || (word.length() > 4 && entry.getKey().startsWith(word)))
        .sorted(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .limit(MOST)
        .toList();
  }
}
