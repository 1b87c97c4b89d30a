package io.github.sae4j.cli;

import io.github.sae4j.train.InitialWeights;
import io.github.sae4j.train.InputNormalisation;
import io.github.sae4j.train.TrainConfigBuilder;
import picocli.CommandLine.Option;

/**
 * Options of {@code sae train} that say what inputs look like and where the weights begin; unset,
 * defaults hold.
 */
@Section("Inputs and first weights")
final class StartOptions {

  @Option(
      names = "--normalise-inputs",
      paramLabel = "NAME",
      description =
          "Done to rows in training: auto: unit, or centre-unit where rows lie far from zero; none; unit: a factor for E|x|^2 = 1; root-width: one for E|x| ="
              + " sqrt(width); centre: less the mean row; centre-unit: both; layer-norm: each row by"
              + " itself, in the dictionary too (default: auto; centre-unit for transcoders and"
              + " crosscoders).")
  private InputNormalisation inputs;

  @Option(
      names = "--decoder-norm",
      paramLabel = "X",
      description = "Norm of the first decoder rows, where it is free (default: 1).")
  @Within(above = 0)
  private Double decoderNorm;

  @Option(
      names = "--encoder-start",
      paramLabel = "NAME",
      description =
          "The first encoder: transposed, of the decoder (of a transcoder: the decoder begins as"
              + " targets that fit it), or independent (default: transposed; independent for"
              + " sigmoid-kl).")
  private InitialWeights.Encoder encoder;

  @Option(
      names = "--decoder-bias",
      paramLabel = "NAME",
      description = "The first b_dec, of a sample: zero, mean or median (default: median).")
  private InitialWeights.DecoderBias decoderBias;

  @Option(
      names = "--rescale-encoder",
      description = "Scale the first encoder so that reconstructions are as long as rows.")
  private boolean rescaleEncoder;

  void applyTo(TrainConfigBuilder config) {
    ScheduleOptions.set(inputs, config::normaliseInputs);
    ScheduleOptions.set(decoderNorm, config::decoderNorm);
    ScheduleOptions.set(encoder, config::encoderStart);
    ScheduleOptions.set(decoderBias, config::decoderBias);
    ScheduleOptions.set(rescaleEncoder, config::rescaleEncoder);
  }
}
