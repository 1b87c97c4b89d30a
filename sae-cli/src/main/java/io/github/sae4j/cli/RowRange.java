package io.github.sae4j.cli;

import io.github.sae4j.Provenance;
import io.github.sae4j.store.ActivationSource;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which rows of a source to use. */
sealed interface RowRange {

  /**
   * These rows of a source.
   *
   * @throws IllegalArgumentException if it has no such rows
   */
  ActivationSource of(ActivationSource source, Provenance provenance);

  /** The rows that training did not see; every row where {@code orAll} and nobody knows. */
  record HeldOut(boolean orAll) implements RowRange {
    @Override
    public ActivationSource of(ActivationSource source, Provenance provenance) {
      long to = provenance.holdoutFrom() + provenance.holdoutRows();
      if (areKnown(source, provenance)) {
        return source.slice(provenance.holdoutFrom(), to);
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

  /** Whether it is known which rows of a source were held out from training. */
  static boolean areKnown(ActivationSource source, Provenance provenance) {
    long to = provenance.holdoutFrom() + provenance.holdoutRows();
    return provenance.holdoutRows() > 0 && to == source.rows();
  }

  /** Every row. */
  record All() implements RowRange {
    @Override
    public ActivationSource of(ActivationSource source, Provenance provenance) {
      return source;
    }
  }

  /** Rows {@code [from, to)}. */
  record Between(long from, long to) implements RowRange {
    @Override
    public ActivationSource of(ActivationSource source, Provenance provenance) {
      if (from >= to || to > source.rows()) {
        throw new IllegalArgumentException(
            "rows %d:%d are not a range within the %,d rows of %s"
                .formatted(from, to, source.rows(), source.description()));
      }
      return source.slice(from, to);
    }
  }

  Pattern NUMBERS = Pattern.compile("(\\d{1,18}):(\\d{1,18})");

  /** Reads {@code holdout}, {@code all} or {@code FROM:TO}. */
  static RowRange parse(String text) {
    Matcher numbers = NUMBERS.matcher(text);
    if (numbers.matches()) {
      return new Between(Long.parseLong(numbers.group(1)), Long.parseLong(numbers.group(2)));
    }
    return switch (OptionValues.folded(text)) {
      case "holdout" -> new HeldOut(false);
      case "all" -> new All();
      default ->
          throw new IllegalArgumentException(
              "--rows must be 'holdout', 'all' or FROM:TO, got '" + text + "'");
    };
  }
}
