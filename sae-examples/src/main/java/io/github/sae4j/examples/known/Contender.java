package io.github.sae4j.examples.known;

import io.github.sae4j.train.InitialWeights.DecoderBias;
import io.github.sae4j.train.Resampling;
import io.github.sae4j.train.TrainConfig;
import io.github.sae4j.train.TrainConfigBuilder;
import io.github.sae4j.variant.Variant;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * A variant that takes part in a study, with the settings that suit it there.
 *
 * @param name its name in tables
 * @param variant the variant to train
 * @param settings its changes to the study's settings
 */
public record Contender(String name, Variant variant, UnaryOperator<TrainConfigBuilder> settings) {

  public Contender {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(variant, "variant");
    Objects.requireNonNull(settings, "settings");
  }

  /** Returns a contender with the settings of the study. */
  static Contender of(String name, Variant variant) {
    return new Contender(name, variant, UnaryOperator.identity());
  }

  /** Returns a contender with further settings, which override earlier ones. */
  Contender with(UnaryOperator<TrainConfigBuilder> further) {
    return new Contender(name, variant, config -> further.apply(settings.apply(config)));
  }

  Contender learningRate(double rate) {
    return with(config -> config.learningRate(rate));
  }

  /**
   * Returns a contender whose b_dec starts at zero, the origin of the features. From the median of
   * the rows, it takes half a run to return there if features are frequent.
   */
  Contender fromZero() {
    return with(config -> config.decoderBias(DecoderBias.ZERO));
  }

  /** Returns a contender whose encoder is the transposed decoder. */
  Contender tied() {
    return with(config -> config.tied(true));
  }

  /** Returns a contender with weak or dead latents resampled, if its latents can die. */
  Contender resampled(Resampling when, long deadAfterTokens) {
    return variant.canDie()
        ? with(config -> config.resampling(when).deadAfter(deadAfterTokens))
        : this;
  }

  /**
   * Returns a contender that uses its variant's own coefficient instead of searching for a target
   * L0.
   */
  Contender byCoefficient() {
    return with(TrainConfigBuilder::withoutTargetL0);
  }

  /**
   * Returns the settings of a run.
   *
   * @param study settings of all contenders
   * @param l0 target L0 of variants with a coefficient
   */
  TrainConfig config(int nLatents, UnaryOperator<TrainConfigBuilder> study, double l0) {
    TrainConfigBuilder config = study.apply(TrainConfig.builder(nLatents, variant));
    return settings.apply(variant.hasCoefficient() ? config.targetL0(l0) : config).build();
  }

  @Override
  public String toString() {
    return name;
  }
}
