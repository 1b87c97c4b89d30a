package io.github.sae4j.checkpoint;

/**
 * How SAELens' tensors are to be understood beyond their architecture.
 *
 * @param decoderNorms whether latents are chosen by their decoder's norm times what the encoder
 *     gives, which is then their code ({@code rescale_acts_by_decoder_norm})
 * @param sharedThreshold whether one threshold stands for all latents, {@code topk_threshold}: in
 *     training checkpoints of BatchTopK
 * @param finetuned whether decoder rows are to be scaled ({@code finetuning_scaling_factor})
 */
record StoredWith(boolean decoderNorms, boolean sharedThreshold, boolean finetuned) {
  static final StoredWith NOTHING = new StoredWith(false, false, false);
}
