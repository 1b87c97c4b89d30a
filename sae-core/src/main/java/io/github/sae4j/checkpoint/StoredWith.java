package io.github.sae4j.checkpoint;

/**
 * How to interpret SAELens' tensors, beyond their architecture.
 *
 * @param decoderNorms whether latents are selected by pre-activation times decoder norm, which is
 *     then also their code ({@code rescale_acts_by_decoder_norm})
 * @param sharedThreshold whether all latents share one threshold, {@code topk_threshold}, as in
 *     training checkpoints of BatchTopK
 * @param finetuned whether to scale decoder rows ({@code finetuning_scaling_factor})
 */
record StoredWith(boolean decoderNorms, boolean sharedThreshold, boolean finetuned) {
  static final StoredWith NOTHING = new StoredWith(false, false, false);
}
