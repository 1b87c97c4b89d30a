package io.github.sae4j.cuda.check;

import io.github.sae4j.cuda.engine.CudaEngine;
import io.github.sae4j.engine.Tensor;
import io.github.sae4j.variant.BatchTopK;
import io.github.sae4j.variant.Bottleneck;
import io.github.sae4j.variant.Gated;
import io.github.sae4j.variant.JumpRelu;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.ParameterLayout.Form;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.ReluLp;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import io.github.sae4j.variant.VariantExamples;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/** Short trainings whose results every GPU must have to the bit, in float32 with our product. */
final class BitCases {
  private static final int STEPS = 3;
  private static final int BLOCK = 1 << 16;
  private static final int WIDTH = 10;
  private static final int N_LATENTS = 40;
  private static final int ROWS = 24;

  private BitCases() {}

  /**
   * A training.
   *
   * @param exact whether its kernels use only what every GPU rounds alike; exp, log, pow and tanh
   *     may differ in the last place
   */
  record Case(Variant variant, ParameterLayout layout, int rows, boolean exact) {

    String name() {
      return "%s %s %dx%d->%d of %d rows"
          .formatted(
              variant,
              layout.form().name().toLowerCase(Locale.ROOT),
              layout.nIn(),
              layout.nOut(),
              layout.nLatents(),
              rows);
    }

    /** Trains and returns the CRC-32 of the losses, weights, moments and counts. */
    String run(CudaEngine engine) {
      SplittableRandom random = new SplittableRandom(rows);
      CRC32 crc = new CRC32();
      try (DeviceSae sae = new DeviceSae(engine, variant, layout, 2L * rows, 7)) {
        for (int step = 0; step < STEPS; step++) {
          try (Tensor x = batch(engine, random, layout.nIn());
              Tensor y =
                  layout.form().isTranscoder() ? batch(engine, random, layout.nOut()) : null) {
            add(crc, (float) sae.step(x, y == null ? x : y).total());
          }
        }
        for (Map.Entry<String, Tensor> each : sae.tensors().entrySet()) {
          add(crc, each.getValue());
        }
        for (long count : sae.rowsSinceFired()) {
          add(crc, count);
        }
      }
      return "%08x".formatted(crc.getValue());
    }

    private Tensor batch(CudaEngine engine, SplittableRandom random, int width) {
      float[] values = new float[rows * width];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextDouble(-2, 2);
      }
      Tensor tensor = engine.tensor(rows, width);
      tensor.write(0, values, 0, values.length);
      return tensor;
    }
  }

  /** Returns all cases: every variant and form at a small shape, and selections at larger ones. */
  static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    VariantExamples.all(WIDTH, N_LATENTS)
        .forEach(variant -> cases.add(of(variant, Form.AUTOENCODER, WIDTH, N_LATENTS, ROWS)));
    for (Form form : List.of(Form.TIED, Form.TRANSCODER, Form.SKIP_TRANSCODER)) {
      Stream.of(new TopK(3, 2, .5), new ReluL1(.3, ReluL1.Weighting.PLAIN))
          .forEach(variant -> cases.add(of(variant, form, WIDTH, N_LATENTS, ROWS)));
    }
    cases.add(of(new TopK(32, 64, 1.0 / 32), Form.AUTOENCODER, 100, 700, 150));
    cases.add(of(new TopK(300, 0, 0), Form.AUTOENCODER, 36, 1100, 40));
    cases.add(of(new BatchTopK(8, 0, 0), Form.AUTOENCODER, 64, 500, 130));
    cases.add(of(new TopK(4, 0, 0), Form.AUTOENCODER, 1030, 90, 20));
    return cases;
  }

  private static Case of(Variant variant, Form form, int nIn, int nLatents, int rows) {
    int nOut = form.isTranscoder() ? nIn - 2 : nIn;
    return new Case(
        variant,
        new ParameterLayout(nIn, nOut, nLatents, form, variant.extras()),
        rows,
        isExact(variant));
  }

  private static boolean isExact(Variant variant) {
    return !(variant instanceof SigmoidKl
        || variant instanceof ReluLp
        || variant instanceof JumpRelu
        || variant instanceof Gated
        || (variant instanceof Bottleneck bottleneck
            && bottleneck.activation() == Bottleneck.Activation.TANH));
  }

  private static void add(CRC32 crc, Tensor tensor) {
    float[] block = new float[(int) Math.min(BLOCK, tensor.length())];
    for (long at = 0; at < tensor.length(); at += block.length) {
      int count = (int) Math.min(block.length, tensor.length() - at);
      tensor.read(at, block, 0, count);
      ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(block, 0, count);
      crc.update(bytes.array());
    }
  }

  private static void add(CRC32 crc, float value) {
    crc.update(
        ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array());
  }

  private static void add(CRC32 crc, long value) {
    crc.update(
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
  }
}
