package io.github.sae4j.cli;

import io.github.sae4j.Provenance;
import io.github.sae4j.store.ActivationDump;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.JoinedSource;
import io.github.sae4j.store.TextSplit;
import java.io.IOException;
import java.nio.file.Path;

/**
 * All but the last rows of a source; if rows are tokens of texts, all but the last texts.
 *
 * @param data location of the rows
 * @param tensorOrNull which of several tensors
 * @param holdout fraction of the rows, at the end, held out for evaluation
 */
record TrainingRows(Path data, String tensorOrNull, double holdout) {

  TrainingRows {
    if (!(holdout >= 0 && holdout < 1)) {
      throw new IllegalArgumentException(
          "--holdout must be at least 0 and less than 1, got " + holdout);
    }
  }

  /** Returns the training rows. */
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

  /** Returns the number of held-out rows. */
  long heldOut(ActivationSource all) throws IOException {
    return all.rows() - trained(all).rows();
  }

  /** Returns what a row is called: a token, if rows come from texts. */
  String unit(ActivationSource all) throws IOException {
    if (all instanceof JoinedSource || !StoredRun.isDump(data)) {
      return "rows";
    }
    try (ActivationDump dump = ActivationDump.open(data)) {
      return dump.hasTexts() ? "tokens" : "rows";
    }
  }

  /** Returns where the rows come from, and which were held out. */
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
