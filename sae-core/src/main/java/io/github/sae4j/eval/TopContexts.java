package io.github.sae4j.eval;

import io.github.sae4j.engine.SparseCodes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * For each latent, the distinct texts in which it fires most strongly, strongest first; ties go to
 * the earlier text. Holds only the contexts kept so far, however many texts are read.
 */
public final class TopContexts {
  private final int most;
  private final List<List<Context>> contexts;

  TopContexts(int nLatents, int most) {
    this.most = most;
    this.contexts = new ArrayList<>(nLatents);
    for (int latent = 0; latent < nLatents; latent++) {
      contexts.add(new ArrayList<>(0));
    }
  }

  public int nLatents() {
    return contexts.size();
  }

  /** Returns the strongest contexts of a latent; empty if it never fired. */
  public List<Context> of(int latent) {
    return List.copyOf(contexts.get(latent));
  }

  /** Offers a text of a batch to all latents that fire in it. */
  void offer(int text, TextBatch batch, SparseCodes codes, TextMaxima maxima) {
    for (int i = 0; i < maxima.count(); i++) {
      int latent = maxima.latent(i);
      float activation = maxima.maximum(latent);
      List<Context> kept = contexts.get(latent);
      if (kept.size() == most && activation <= kept.get(most - 1).activation()) {
        continue;
      }
      Context context = new Context(text, activation, tokens(latent, text, batch, codes));
      int place = kept.size();
      while (place > 0 && kept.get(place - 1).activation() < activation) {
        place--;
      }
      if (kept.size() == most) {
        kept.remove(most - 1);
      }
      kept.add(place, context);
    }
  }

  private static List<TokenActivation> tokens(
      int latent, int text, TextBatch batch, SparseCodes codes) {
    List<TokenActivation> tokens = new ArrayList<>();
    int end = batch.rowStart(text + 1);
    for (int row = batch.rowStart(text); row < end; row++) {
      int[] starts = codes.rowStarts();
      int entry = Arrays.binarySearch(codes.latents(), starts[row], starts[row + 1], latent);
      if (entry >= 0 && codes.value(entry) > 0) {
        tokens.add(
            new TokenActivation(
                batch.tokenStart(row), batch.tokenEnd(row), (float) codes.value(entry)));
      }
    }
    return tokens;
  }
}
