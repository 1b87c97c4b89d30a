package io.github.sae4j.cli;

import io.github.sae4j.train.InitialWeights;
import io.github.sae4j.train.InputNormalisation;
import io.github.sae4j.train.TrainConfigBuilder;
import picocli.CommandLine.Option;

/**
 * Options of {@code sae train} for the normalisation of inputs and the initial weights; defaults
 * apply if unset.
 */
@Section("Inputs and initial weights")
final class StartOptions {

  @Option(
      names = "--normalise-inputs",
      paramLabel = "NAME",
      description =
          "Normalisation of rows in training: auto (unit, or centre-unit if rows are far from zero); none; unit (scale to E|x|^2 = 1); root-width (scale to E|x| = sqrt(width)); centre (subtract the mean row); centre-unit (both); layer-norm (each row separately, in the dictionary too) (default: {default}{train|; centre-unit for transcoders and crosscoders}).")
  private InputNormalisation inputs;

  @Option(
      names = "--decoder-norm",
      paramLabel = "X",
      description = "Initial norm of decoder rows, if not fixed (default: 1).")
  @Within(above = 0)
  private Double decoderNorm;

  @Option(
      names = "--encoder-start",
      paramLabel = "NAME",
      description =
          "Initial encoder: transposed (the transposed decoder{train|; for a transcoder, the decoder is initialised with matching targets}), or independent (default: {default}; independent for sigmoid-kl).")
  private InitialWeights.Encoder encoder;

  @Option(
      names = "--decoder-bias",
      paramLabel = "NAME",
      description = "Initial b_dec: zero, or the mean or median of a sample (default: {default}).")
  private InitialWeights.DecoderBias decoderBias;

  @Option(
      names = "--rescale-encoder",
      description =
          "Scale the initial encoder so that reconstructions have the same norms as the rows.")
  private boolean rescaleEncoder;

  void applyTo(TrainConfigBuilder config) {
    ScheduleOptions.set(inputs, config::normaliseInputs);
    ScheduleOptions.set(decoderNorm, config::decoderNorm);
    ScheduleOptions.set(encoder, config::encoderStart);
    ScheduleOptions.set(decoderBias, config::decoderBias);
    ScheduleOptions.set(rescaleEncoder, config::rescaleEncoder);
  }
}
