package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.FactoredGradient;
import io.github.sae4j.engine.Later;
import io.github.sae4j.engine.Tensor;
import java.util.Map;

/**
 * A sparsity loss on one batch and its gradients, all multiplied by the number of rows (by which
 * DL4J later divides); null for none.
 *
 * @param value the loss, averaged over the rows
 * @param byLatent gradient with respect to the codes if it is the same for all codes of a latent,
 *     {@code [nLatents]}
 * @param byCode gradient with respect to the codes, at their positions
 * @param byPre gradient with respect to the selected pre-activations, bypassing the activation
 *     function, {@code [nLatents]}
 * @param alongDecoder gradient with respect to W_dec, as factors of its own rows
 * @param extras gradients with respect to the variant's own parameters
 */
public record SparsityPenalty(
    Later value,
    Tensor byLatent,
    Codes byCode,
    Tensor byPre,
    FactoredGradient.Along alongDecoder,
    Map<String, Tensor> extras) {

  /** No penalty, for variants whose selection makes codes sparse. */
  public static final SparsityPenalty NONE =
      new SparsityPenalty(Later.of(0), null, null, null, null, Map.of());

  /** Returns a penalty whose gradient is the same for all codes of a latent. */
  static SparsityPenalty ofLatents(Later value, Tensor byLatent) {
    return new SparsityPenalty(value, byLatent, null, null, null, Map.of());
  }

  /** Returns a penalty with a gradient per code. */
  static SparsityPenalty ofCodes(Later value, Codes byCode) {
    return new SparsityPenalty(value, null, byCode, null, null, Map.of());
  }

  /** Returns a penalty on pre-activations whose gradient is the same for all those of a latent. */
  static SparsityPenalty ofPreActivations(Later value, Tensor byPre) {
    return new SparsityPenalty(value, null, null, byPre, null, Map.of());
  }

  /** Returns a penalty on one of the variant's own parameters. */
  static SparsityPenalty ofParameter(Later value, String key, Tensor gradient) {
    return new SparsityPenalty(value, null, null, null, null, Map.of(key, gradient));
  }

  SparsityPenalty withAlongDecoder(FactoredGradient.Along along) {
    return new SparsityPenalty(value, byLatent, byCode, byPre, along, extras);
  }
}
