package io.github.sae4j.cli;

import io.github.sae4j.format.KebabCase;
import io.github.sae4j.variant.Bottleneck;
import io.github.sae4j.variant.Gated;
import io.github.sae4j.variant.Variant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The variants as named on the command line, and the options of each. */
enum VariantKind {
  TOPK("--k", "--k-aux", "--k-start", "--k-anneal-steps", "--multi-topk") {
    @Override
    Variant make(SparsityOptions o, DictionaryShape shape) {
      return o.kSparse().topK(shape);
    }
  },
  BATCH_TOPK("--k", "--k-aux", "--k-start", "--k-anneal-steps") {
    @Override
    Variant make(SparsityOptions o, DictionaryShape shape) {
      return o.kSparse().batchTopK(shape);
    }
  },
  ABS_TOPK("--k", "--k-aux", "--k-start", "--k-anneal-steps") {
    @Override
    Variant make(SparsityOptions o, DictionaryShape shape) {
      return o.kSparse().absTopK(shape);
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
      return o.kSparse().matryoshka(shape);
    }
  },
  RELU_L1("--lambda", "--target-l0", "--weighting", "--ghost-gradients", "--sources") {
    @Override
    Variant make(SparsityOptions o, DictionaryShape shape) {
      return o.relu().l1(o.lambda(.1), shape);
    }
  },
  RELU_LP("--lambda", "--target-l0", "--p", "--p-end") {
    @Override
    Variant make(SparsityOptions o, DictionaryShape shape) {
      return o.relu().lp(o.lambda(.05));
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
      return o.jumpRelu().make(o.lambda(), o.targetL0(shape.nLatents()), shape);
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
      int n = shape.nLatents();
      return o.sigmoid().make(o.targetL0(n), o.isTied(), n);
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
