package io.github.sae4j.checkpoint;

import io.github.sae4j.Provenance;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.variant.Architecture;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A directory in the layout of SAELens 6: {@code cfg.json} and {@code sae_weights.safetensors} with
 * W_enc {@code [d_in, d_sae]}, b_enc {@code [d_sae]}, W_dec {@code [d_sae, d_out]} and b_dec {@code
 * [d_out]}, all float32. In addition, jumprelu has threshold {@code [d_sae]}; gated has b_gate,
 * r_mag and b_mag {@code [d_sae]} instead of b_enc; a transcoder with a skip connection has W_skip
 * {@code [d_out, d_in]}. SAELens loads files written here, except for architectures that it lacks:
 * see {@link Architecture}.
 *
 * <p>Fields of {@code cfg.json}: see {@link SaeConfig}.
 */
public final class SaeDirectory {
  private SaeDirectory() {}

  /**
   * Writes a dictionary, replacing whatever is there, completely or not at all.
   *
   * @throws IllegalArgumentException if the weights are not float32
   */
  public static void write(Path directory, SparseAutoencoder sae, Provenance provenance)
      throws IOException {
    SaeFormat.SAELENS.write(directory, new StoredSae(sae, provenance));
  }

  /**
   * Reads a dictionary. Two options of the layout are folded into the weights without changing any
   * output: an encoder that does not subtract b_dec ({@code apply_b_dec_to_input} false), and
   * ranking by decoder norms ({@code rescale_acts_by_decoder_norm} true).
   *
   * @param path the directory, or a training run that contains it
   * @throws NoSuchFileException if one of the two files is missing
   * @throws MalformedFileException if a file breaks its format, or needs something that is not
   *     supported; the message names the file and the field or tensor
   */
  public static StoredSae read(Path path) throws IOException {
    return SaeFormat.SAELENS.read(SaeFormat.ofRun(path));
  }
}
