package io.github.sae4j.cli;

import io.github.sae4j.format.KebabCase;
import io.github.sae4j.variant.AbsTopK;
import io.github.sae4j.variant.Bottleneck;
import io.github.sae4j.variant.Gated;
import io.github.sae4j.variant.JumpRelu;
import io.github.sae4j.variant.KSparse;
import io.github.sae4j.variant.Matryoshka;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.ReluLp;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.Variant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The variants as named on the command line, and the options of each. */
enum VariantKind {
  TOPK("--k", "--k-aux", "--k-start", "--k-anneal-steps", "--multi-topk") {
    @Override
    Variant make(SparsityOptions o, DictionaryShape shape) {
      return o.topK(shape);
    }
  },
  BATCH_TOPK("--k", "--k-aux", "--k-start", "--k-anneal-steps") {
    @Override
    Variant make(SparsityOptions o, DictionaryShape shape) {
      return o.batchTopK(shape);
    }
  },
  ABS_TOPK("--k", "--k-aux", "--k-start", "--k-anneal-steps") {
    @Override
    Variant make(SparsityOptions o, DictionaryShape shape) {
      return new AbsTopK(o.k(), o.kAux(shape), KSparse.AUX_COEFFICIENT);
    }
  },
  MATRYOSHKA(
      "--k",
      "--k-aux",
      "--k-start",
      "--k-anneal-steps",
      "--multi-topk",
      "--inner",
      "--prefixes",
      "--sample-prefixes") {
    @Override
    Variant make(SparsityOptions o, DictionaryShape shape) {
      KSparse selecting = o.inner(shape);
      List<Integer> prefixes = o.prefixes();
      return prefixes.isEmpty()
          ? new Matryoshka(
              selecting, Matryoshka.of(selecting, shape.nLatents()).prefixes(), o.samplesPrefixes())
          : new Matryoshka(selecting, prefixes, o.samplesPrefixes());
    }
  },
  RELU_L1("--lambda", "--target-l0", "--weighting", "--ghost-gradients", "--sources") {
    @Override
    Variant make(SparsityOptions o, DictionaryShape shape) {
      return new ReluL1(o.lambda(.1), o.weighting(), o.ghost(), o.sources(shape));
    }
  },
  RELU_LP("--lambda", "--target-l0", "--p", "--p-end") {
    @Override
    Variant make(SparsityOptions o, DictionaryShape shape) {
      return new ReluLp(o.lambda(.05), o.p(), o.pEnd());
    }
  },
  JUMPRELU(
      "--lambda",
      "--target-l0",
      "--sparsity-loss",
      "--tanh-scale",
      "--bandwidth",
      "--pre-activation-loss") {
    @Override
    Variant make(SparsityOptions o, DictionaryShape shape) {
      return new JumpRelu(
          o.lambda(o.jumpLambda(shape.nLatents())),
          o.sparsityLoss(),
          o.quadraticTarget(shape.nLatents()),
          o.bandwidth(),
          o.preActivation(),
          o.tanhScale(shape.width()));
    }
  },
  GATED("--lambda", "--target-l0") {
    @Override
    Variant make(SparsityOptions o, DictionaryShape shape) {
      return new Gated(o.lambda(.1));
    }
  },
  SIGMOID_KL(
      "--rho", "--beta", "--target-l0", "--divergence", "--rate-decay", "--max-decoder-norm") {
    @Override
    Variant make(SparsityOptions o, DictionaryShape shape) {
      return new SigmoidKl(
          o.rho(shape.nLatents()),
          o.beta(),
          o.divergence(),
          o.rateDecay(),
          o.largestNorm(shape.nLatents()));
    }
  },
  BOTTLENECK("--activation") {
    @Override
    Variant make(SparsityOptions o, DictionaryShape shape) {
      return new Bottleneck(o.activation());
    }
  };

  private final String options; // separated by spaces

  VariantKind(String... options) {
    this.options = String.join(" ", options);
  }

  /** Creates the variant from the given options. */
  abstract Variant make(SparsityOptions options, DictionaryShape shape);

  private boolean owns(String option) {
    return List.of(options.split(" ")).contains(option);
  }

  /** Returns whether an option applies to this variant; most apply to all. */
  boolean takes(String option) {
    return owns(option) || Arrays.stream(values()).noneMatch(kind -> kind.owns(option));
  }

  @Override
  public String toString() {
    return KebabCase.of(this);
  }

  static String names() {
    return Arrays.stream(values()).map(VariantKind::toString).collect(Collectors.joining(", "));
  }

  /** Parses an option's value, the name of a variant. */
  static VariantKind parse(String option, String text) {
    return Arrays.stream(values())
        .filter(kind -> kind.toString().equals(OptionValues.folded(text)))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s must be one of %s, got '%s'".formatted(option, names(), text)));
  }
}
