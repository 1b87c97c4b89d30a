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
   * Returns these rows of a source.
   *
   * @param data location of the rows; a dump's texts are compared with those of training
   * @throws IllegalArgumentException if the source does not have these rows
   */
  ActivationSource of(ActivationSource source, Path data, Provenance provenance, Console console)
      throws IOException;

  /**
   * The rows held out from training, except those of texts that also occur in training; every row
   * if {@code orAll} is set and the held-out rows are unknown.
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
              ? "the SAE does not record which rows were held out from training: name a range"
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
        console.note("every held-out text also occurs in training: evaluating all held-out rows");
      } else if (unseen.leftOut() > 0) {
        console.note(
            "left out %s of texts that also occur in training"
                .formatted(Words.counted(unseen.leftOut(), "held-out row")));
      }
      return unseen.rows();
    }
  }

  /** Returns whether it is known which rows of a source were held out from training. */
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
            "rows %d:%d are not a valid range of the %,d rows of %s"
                .formatted(from, to, source.rows(), source.description()));
      }
      return source.slice(from, to);
    }
  }

  Pattern NUMBERS = Pattern.compile("(\\d{1,18}):(\\d{1,18})");

  /** Parses an option's value, {@code holdout}, {@code all} or {@code FROM:TO}. */
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

  /** Parses the value of an option that cannot be {@code holdout}: {@code all} or a range. */
  static RowRange parseSeen(String option, String text) {
    RowRange range = parse(option, text);
    if (range instanceof HeldOut) {
      throw new IllegalArgumentException(option + " must be 'all' or FROM:TO, got 'holdout'");
    }
    return range;
  }
}
