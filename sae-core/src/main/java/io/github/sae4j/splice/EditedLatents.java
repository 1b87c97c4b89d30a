package io.github.sae4j.splice;

import io.github.sae4j.RowNorm;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Selection;
import java.util.Arrays;
import java.util.List;

/**
 * Edits some latents in activations: {@code x + Σ Δf·W_dec}. The part that the dictionary does not
 * reconstruct is kept, so only the latents change (the error term of Marks et al. 2024, "Sparse
 * feature circuits", section 3.1).
 */
public final class EditedLatents implements Intervention {
  /** Maximum number of values in a block of codes if they are dense: 64 MB. */
  private static final int MOST_VALUES = 1 << 24;

  private static final int LEAST_ROWS = 64;

  private final String name;
  private final SparseAutoencoder sae;
  private final List<LatentEdit> edits;
  private final float[][] directions;

  /**
   * @throws IllegalArgumentException if there is no such latent, or the dictionary normalises rows
   *     or is a transcoder
   */
  public EditedLatents(String name, SparseAutoencoder sae, List<LatentEdit> edits) {
    if (sae.parameters().form().isTranscoder() || sae.rowNorm() != RowNorm.NONE) {
      throw new IllegalArgumentException(
          name + ": latents can be edited only in an autoencoder that does not normalise its rows");
    }
    this.name = name;
    this.sae = sae;
    this.edits = List.copyOf(edits);
    this.directions = new float[edits.size()][];
    for (int e = 0; e < directions.length; e++) {
      int latent = edits.get(e).latent();
      if (latent >= sae.nLatents()) {
        throw new IllegalArgumentException(
            "%s has %,d latents; there is no latent %,d".formatted(name, sae.nLatents(), latent));
      }
      directions[e] = sae.parameters().wDec().getRow(latent).toFloatVector();
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int width() {
    return sae.nIn();
  }

  @Override
  public void apply(float[] rows, int count) {
    int width = sae.nIn();
    int block = blockRows(count);
    for (int from = 0; from < count; from += block) {
      int to = Math.min(count, from + block);
      Codes codes = sae.encode(Arrays.copyOfRange(rows, from * width, to * width), to - from);
      for (int row = from; row < to; row++) {
        edit(rows, row * width, codes, row - from);
      }
      codes.release();
    }
  }

  /** Returns the number of rows to encode at a time; all of them if they depend on each other. */
  private int blockRows(int count) {
    boolean dependent =
        sae.variant().inference(sae.parameters().weights()) instanceof Selection.BatchTopK;
    return dependent ? count : Math.max(LEAST_ROWS, MOST_VALUES / sae.nLatents());
  }

  /**
   * @param at index in {@code rows} where the row begins
   * @param row the row within the codes
   */
  private void edit(float[] rows, int at, Codes codes, int row) {
    for (int e = 0; e < directions.length; e++) {
      LatentEdit edit = edits.get(e);
      float change = (float) edit.change(codes.at(row, edit.latent()));
      for (int j = 0; j < directions[e].length && change != 0; j++) {
        rows[at + j] += change * directions[e][j];
      }
    }
  }
}
