package io.github.sae4j.cli;

import io.github.sae4j.Provenance;
import io.github.sae4j.store.ActivationDump;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.TextSplit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which rows of a source to use. */
sealed interface RowRange {

  /**
   * These rows of a source.
   *
   * @param data where they lie: the texts of a dump are compared with those of training
   * @throws IllegalArgumentException if it has no such rows
   */
  ActivationSource of(ActivationSource source, Path data, Provenance provenance, Console console)
      throws IOException;

  /**
   * The rows that training did not see, without those of texts that also occur in training; every
   * row where {@code orAll} and it is not known.
   */
  record HeldOut(boolean orAll) implements RowRange {
    @Override
    public ActivationSource of(
        ActivationSource source, Path data, Provenance provenance, Console console)
        throws IOException {
      long to = provenance.holdoutFrom() + provenance.holdoutRows();
      if (areKnown(source, provenance)) {
        return unseen(source, data, provenance.holdoutFrom(), console);
      }
      if (orAll) {
        return source;
      }
      throw new IllegalArgumentException(
          provenance.holdoutRows() == 0
              ? "the SAE does not say which rows were held out from its training: name a range"
              : "the SAE was trained on a dump of %,d rows, but %s has %,d: name a range"
                  .formatted(to, source.description(), source.rows()));
    }
  }

  private static ActivationSource unseen(
      ActivationSource source, Path data, long from, Console console) throws IOException {
    if (!StoredRun.isDump(data)) {
      return source.slice(from, source.rows());
    }
    try (ActivationDump dump = ActivationDump.open(data)) {
      if (!dump.hasTexts()) {
        return source.slice(from, source.rows());
      }
      TextSplit.Unseen unseen = TextSplit.unseen(source, dump, from);
      if (unseen.leftOut() == source.rows() - from) {
        console.note("every held-out text also occurs in training: measuring all held-out rows");
      } else if (unseen.leftOut() > 0) {
        console.note(
            "left out %s of texts that also occur in training"
                .formatted(Words.counted(unseen.leftOut(), "held-out row")));
      }
      return unseen.rows();
    }
  }

  /** Whether it is known which rows of a source were held out from training. */
  static boolean areKnown(ActivationSource source, Provenance provenance) {
    long to = provenance.holdoutFrom() + provenance.holdoutRows();
    return provenance.holdoutRows() > 0 && to == source.rows();
  }

  /** Every row. */
  record All() implements RowRange {
    @Override
    public ActivationSource of(
        ActivationSource source, Path data, Provenance provenance, Console console) {
      return source;
    }
  }

  /** Rows {@code [from, to)}. */
  record Between(long from, long to) implements RowRange {
    @Override
    public ActivationSource of(
        ActivationSource source, Path data, Provenance provenance, Console console) {
      if (from >= to || to > source.rows()) {
        throw new IllegalArgumentException(
            "rows %d:%d are not a range within the %,d rows of %s"
                .formatted(from, to, source.rows(), source.description()));
      }
      return source.slice(from, to);
    }
  }

  Pattern NUMBERS = Pattern.compile("(\\d{1,18}):(\\d{1,18})");

  /** Reads {@code holdout}, {@code all} or {@code FROM:TO}, the value of an option. */
  static RowRange parse(String option, String text) {
    Matcher numbers = NUMBERS.matcher(text);
    if (numbers.matches()) {
      return new Between(Long.parseLong(numbers.group(1)), Long.parseLong(numbers.group(2)));
    }
    return switch (OptionValues.folded(text)) {
      case "holdout" -> new HeldOut(false);
      case "all" -> new All();
      default ->
          throw new IllegalArgumentException(
              option + " must be 'holdout', 'all' or FROM:TO, got '" + text + "'");
    };
  }
}
