package io.github.sae4j.train;

import io.github.sae4j.checkpoint.SaeDirectory;
import io.github.sae4j.eval.EvalOptions;
import io.github.sae4j.eval.Evaluator;
import io.github.sae4j.eval.Progress;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.JoinedSource;
import io.github.sae4j.store.MemorySource;
import io.github.sae4j.variant.Bottleneck;
import io.github.sae4j.variant.Gated;
import io.github.sae4j.variant.JumpRelu;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.ReluLp;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import io.github.sae4j.variant.VariantExamples;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * A program that trains every variant, with every setting that computes something of its own, and
 * prints a digest of the bits that each run left: for {@link ThreadsTest}, which runs it on
 * different numbers of threads.
 */
final class DigestedRuns {
  private static final int WIDTH = 72;
  private static final int LATENTS = 500;
  private static final int BATCH = 900; // products of so many terms are cut up by BLAS
  private static final int STEPS = 7;

  private static final MemorySource ROWS = new SyntheticFeatures(200, WIDTH, .05, 7).rows(4000, 11);
  private static final MemorySource OTHER = new SyntheticFeatures(200, 40, .05, 8).rows(4000, 11);

  private DigestedRuns() {}

  /** Arguments: a directory for the runs, and part of a run's name, for those alone. */
  public static void main(String[] args) throws IOException {
    String wanted = args.length > 1 ? args[1] : "";
    for (Map.Entry<String, TrainConfigBuilder> run : runs().entrySet()) {
      if (run.getKey().contains(wanted)) {
        Path directory = Path.of(args[0]).resolve(run.getKey().replace(' ', '-'));
        System.out.printf("%s: %s%n", run.getKey(), digest(run.getValue().build(), directory));
      }
    }
  }

  private static Map<String, TrainConfigBuilder> runs() {
    Map<String, TrainConfigBuilder> runs = new LinkedHashMap<>();
    TopK topK = new TopK(2, 16, TopK.AUX_COEFFICIENT);
    List<Variant> all =
        VariantExamples.all(WIDTH, LATENTS).filter(variant -> variant.sources().isEmpty()).toList();
    for (Variant variant : all) {
      runs.put(runs.size() + " " + variant.name(), of(variant));
    }
    runs.put("topk, tied", of(topK).tied(true));
    runs.put("relu-l1, sparse", of(l1(ReluL1.Weighting.PLAIN)).targetL0(10));
    runs.put("relu-l1, dense", of(l1(ReluL1.Weighting.DECODER_NORM)).targetL0(100));
    runs.put("relu-lp, sparse", of(new ReluLp(.02, 1, .5)).targetL0(10));
    runs.put("relu-lp, dense", of(new ReluLp(.001, 1, .5)).targetL0(100));
    runs.put("jumprelu, step", of(jump(JumpRelu.Sparsity.STEP)).targetL0(10));
    runs.put("gated, sparse", of(new Gated(.02)).targetL0(10));
    runs.put("sigmoid-kl, sparse", of(new SigmoidKl(.05, .1)).targetL0(15));
    runs.put("multi-topk", of(new TopK(2, 16, TopK.AUX_COEFFICIENT, true)));
    runs.put("a rectified bottleneck", of(new Bottleneck(Bottleneck.Activation.RELU)));
    runs.put("transcoder", of(topK).task(Task.TRANSCODER));
    runs.put("skip transcoder", of(jump(JumpRelu.Sparsity.STEP)).task(Task.SKIP_TRANSCODER));
    runs.put(
        "crosscoder",
        of(new ReluL1(.02, ReluL1.Weighting.DECODER_NORM, false, List.of(WIDTH, 40)))
            .task(Task.CROSSCODER));
    runs.put("average, clipping", of(topK).emaDecay(.9).clipNorm(.1));
    runs.put("resampling", of(new TopK(2, 0, 0)).resampling(new Resampling(3, 2)));
    runs.put("layer norm", of(topK).normaliseInputs(InputNormalisation.LAYER_NORM));
    runs.put("an updater of DL4J", of(topK).updater(Updater.AMSGRAD).clipNorm(.1));
    return runs;
  }

  private static Variant l1(ReluL1.Weighting weighting) {
    return new ReluL1(.02, weighting);
  }

  private static Variant jump(JumpRelu.Sparsity sparsity) {
    return new JumpRelu(.02, sparsity, 10, .05, 1e-3);
  }

  private static TrainConfigBuilder of(Variant variant) {
    return TrainConfig.builder(LATENTS, variant)
        .batch(BATCH)
        .tokens((long) STEPS * BATCH)
        .learningRate(3e-3)
        .deadAfter(BATCH)
        .shuffleBufferRows(2048);
  }

  private static ActivationSource source(Task task) {
    return task == Task.AUTOENCODER
        ? ROWS
        : JoinedSource.of(
            List.of(new JoinedSource.Input("a", ROWS), new JoinedSource.Input("b", OTHER)));
  }

  /** Of the weights, of what each step measured, and of what the evaluation measured. */
  private static String digest(TrainConfig config, Path directory) throws IOException {
    ActivationSource source = source(config.task());
    List<String> measured = new ArrayList<>();
    Path sae =
        new Trainer(source, config, directory)
            .listener(
                new TrainListener() {
                  @Override
                  public void onMetrics(TrainMetrics m) {
                    measured.add(
                        "%s %s %s %s %s"
                            .formatted(
                                m.loss(), m.fvu(), m.l0(), m.deadFraction(), m.sparsitySetting()));
                  }
                })
            .train()
            .sae();
    String report =
        Evaluator.evaluate(SaeDirectory.read(sae).sae(), source, EvalOptions.ALL, Progress.NONE)
            .toJson()
            .toString();
    return "weights %08x, steps %08x, evaluation %08x"
        .formatted(
            crc(Files.readAllBytes(sae.resolve("sae_weights.safetensors"))),
            crc(String.join("\n", measured).getBytes(StandardCharsets.UTF_8)),
            crc(report.getBytes(StandardCharsets.UTF_8)));
  }

  private static long crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return crc.getValue();
  }
}
