package io.github.sae4j.cli;

import io.github.sae4j.Provenance;
import io.github.sae4j.store.ActivationDump;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.JoinedSource;
import io.github.sae4j.store.TextSplit;
import java.io.IOException;
import java.nio.file.Path;

/**
 * All but the last rows of a source; where they are tokens of texts, all but the last texts.
 *
 * @param data where the rows are
 * @param tensorOrNull which of several tensors
 * @param holdout share of the rows, at the end, that are kept for evaluation
 */
record TrainingRows(Path data, String tensorOrNull, double holdout) {

  TrainingRows {
    if (!(holdout >= 0 && holdout < 1)) {
      throw new IllegalArgumentException(
          "--holdout must be at least 0 and less than 1, got " + holdout);
    }
  }

  /** The rows that are trained on. */
  ActivationSource trained(ActivationSource all) throws IOException {
    return all.slice(0, heldOutFrom(all));
  }

  private long heldOutFrom(ActivationSource all) throws IOException {
    long wanted = all.rows() - (long) (holdout * all.rows());
    if (wanted == all.rows() || !StoredRun.isDump(data)) {
      return wanted;
    }
    try (ActivationDump dump = ActivationDump.open(data)) {
      return dump.hasTexts() ? TextSplit.atTextStart(dump.origins(), wanted) : wanted;
    }
  }

  /** How many rows are held out. */
  long heldOut(ActivationSource all) throws IOException {
    return all.rows() - trained(all).rows();
  }

  /** What a row is: a token, where they are of texts. */
  String unit(ActivationSource all) throws IOException {
    if (all instanceof JoinedSource || !StoredRun.isDump(data)) {
      return "rows";
    }
    try (ActivationDump dump = ActivationDump.open(data)) {
      return dump.hasTexts() ? "tokens" : "rows";
    }
  }

  /** Where the rows come from, and which were held out. */
  Provenance provenance(ActivationSource all) throws IOException {
    long trained = trained(all).rows();
    return origin(all).withHoldout(trained, heldOut(all));
  }

  private Provenance origin(ActivationSource all) throws IOException {
    if (all instanceof JoinedSource joined) {
      return joined.provenance();
    }
    if (!StoredRun.isDump(data)) {
      return Provenance.of("", tensorOrNull == null ? "" : tensorOrNull, all.title());
    }
    try (ActivationDump dump = ActivationDump.open(data)) {
      String tensor = tensorOrNull == null ? dump.manifest().tensors().get(0).name() : tensorOrNull;
      return Provenance.of(dump.manifest().model(), tensor, all.title());
    }
  }
}
