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
 * @param name what tables call it
 * @param variant what is trained
 * @param settings what it changes of the study's settings
 */
public record Contender(String name, Variant variant, UnaryOperator<TrainConfigBuilder> settings) {

  public Contender {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(variant, "variant");
    Objects.requireNonNull(settings, "settings");
  }

  /** With the settings of the study. */
  static Contender of(String name, Variant variant) {
    return new Contender(name, variant, UnaryOperator.identity());
  }

  /** With further settings, which win over those before. */
  Contender with(UnaryOperator<TrainConfigBuilder> further) {
    return new Contender(name, variant, config -> further.apply(settings.apply(config)));
  }

  Contender learningRate(double rate) {
    return with(config -> config.learningRate(rate));
  }

  /**
   * With b_dec from zero: the features' own origin. From the rows' median it takes half of a run to
   * come back where features are frequent.
   */
  Contender fromZero() {
    return with(config -> config.decoderBias(DecoderBias.ZERO));
  }

  /** With the decoder's transpose for an encoder. */
  Contender tied() {
    return with(config -> config.tied(true));
  }

  /** With weak or dead latents resampled, if this variant has any. */
  Contender resampled(Resampling when, long deadAfterTokens) {
    return variant.canDie()
        ? with(config -> config.resampling(when).deadAfter(deadAfterTokens))
        : this;
  }

  /** With the coefficient that the variant has, not one that a target L0 finds. */
  Contender byCoefficient() {
    return with(TrainConfigBuilder::withoutTargetL0);
  }

  /**
   * The settings of a run.
   *
   * @param study settings of all that take part
   * @param l0 that variants with a coefficient are brought to
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
