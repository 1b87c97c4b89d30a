package io.github.sae4j.splice;

import io.github.sae4j.RowNorm;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.engine.Codes;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Activations with some latents changed: {@code x + Σ Δf·W_dec}. What the dictionary does not
 * reconstruct stays as it is, so that nothing but the latents is changed (the error term of Marks
 * et al. 2024, "Sparse feature circuits", section 3.1).
 */
public final class EditedLatents implements Intervention {
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
          name + ": latents are changed in autoencoders that read rows as they are");
    }
    this.name = name;
    this.sae = sae;
    this.edits = List.copyOf(edits);
    this.directions = new float[edits.size()][];
    for (int e = 0; e < directions.length; e++) {
      int latent = edits.get(e).latent();
      if (latent >= sae.nLatents()) {
        throw new IllegalArgumentException(
            "%s has %,d latents, so no latent %,d".formatted(name, sae.nLatents(), latent));
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
    INDArray batch = sae.batch(rows, count);
    Codes codes = sae.encode(batch);
    int width = sae.nIn();
    for (int e = 0; e < directions.length; e++) {
      LatentEdit edit = edits.get(e);
      double[] f = column(codes, edit.latent());
      for (int row = 0; row < count; row++) {
        float change = (float) edit.change(f[row]);
        for (int j = 0; j < width && change != 0; j++) {
          rows[row * width + j] += change * directions[e][j];
        }
      }
    }
    codes.release();
  }

  private static double[] column(Codes codes, int latent) {
    INDArray whole = codes.slice(latent, latent + 1).toDense(); // of all latents, the others 0
    return whole.getColumn(latent).toDoubleVector();
  }
}
