package io.github.sae4j.cuda.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Firing;
import io.github.sae4j.engine.Latents;
import io.github.sae4j.engine.Tensor;
import io.github.sae4j.layer.DeadLatents;
import io.github.sae4j.nd4j.HostEngine;
import io.github.sae4j.nd4j.Nd4jEngine;
import io.github.sae4j.nd4j.NdTensor;
import io.github.sae4j.variant.LossTerms;
import io.github.sae4j.variant.Objective;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.ParameterLayout.Form;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import io.github.sae4j.variant.VariantExamples;
import io.github.sae4j.variant.Weights;
import java.util.BitSet;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Every variant trains on the emulated GPU as on the host. {@code -Dsae4j.cuda.steps=200} takes
 * more steps than the default, {@code -Dsae4j.cuda.order=1} runs threads and blocks in another
 * order (fake_driver.h).
 */
class CudaTrainingTest {
  private static final int STEPS = Integer.getInteger("sae4j.cuda.steps", 30);
  private static final int ROWS = 24;
  private static final int WIDTH = 10;
  private static final int N_LATENTS = 40;
  private static final int DEAD_AFTER = 3 * ROWS;
  private static final double TOLERANCE = 1e-4;

  @RegisterExtension
  private final EmulatedEngine emulated =
      new EmulatedEngine()
          .with("EMU_MODE", "late")
          .with("EMU_ORDER", Integer.getInteger("sae4j.cuda.order", 0));

  private final Random random = new Random(5);

  @BeforeAll
  static void requireHostEngine() {
    try {
      Class.forName("org.nd4j.linalg.cpu.nativecpu.CpuBackend");
    } catch (ClassNotFoundException e) {
      Assumptions.abort("there is no ND4J backend of the host to compare with");
    }
  }

  static Stream<Arguments> cases() {
    Stream<Arguments> all =
        VariantExamples.all(WIDTH, N_LATENTS)
            .map(variant -> Arguments.of(variant, Form.AUTOENCODER));
    Stream<Arguments> forms =
        Stream.of(Form.TIED, Form.TRANSCODER, Form.SKIP_TRANSCODER)
            .flatMap(
                form ->
                    Stream.of(
                        Arguments.of(new TopK(3, 2, .5), form),
                        Arguments.of(new ReluL1(.3, ReluL1.Weighting.PLAIN), form)));
    return Stream.concat(all, forms);
  }

  private static ParameterLayout layout(Variant variant, Form form) {
    int nOut = form.isTranscoder() ? WIDTH - 2 : WIDTH;
    return new ParameterLayout(WIDTH, nOut, N_LATENTS, form, variant.extras());
  }

  private float[] rows(int width) {
    float[] values = new float[ROWS * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static Tensor host(float[] rows) {
    return NdTensor.of(Nd4j.createFromArray(rows).reshape('c', ROWS, rows.length / ROWS));
  }

  private Tensor device(float[] rows) {
    Tensor tensor = emulated.engine().tensor(ROWS, rows.length / ROWS);
    tensor.write(0, rows, 0, rows.length);
    return tensor;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void lossesAreThoseOfTheHost(Variant variant, Form form) {
    ParameterLayout layout = layout(variant, form);
    SaeParameters parameters = TrainingPair.parameters(layout, DataType.FLOAT, 3);
    SaeParameters zeros = parameters.copy();
    zeros.wDec().assign(0);
    if (!zeros.isTied()) {
      zeros.wEnc().assign(0);
    }
    zeros.bEnc().assign(0);
    zeros.bDec().assign(0);
    zeros.extras().values().forEach(array -> array.assign(0));
    CudaEngine cuda = emulated.engine();
    TrainingPair.Run onDevice =
        new TrainingPair.Run(
            cuda,
            variant,
            TrainingPair.upload(parameters.weights(), cuda),
            TrainingPair.upload(zeros.weights(), cuda),
            TrainingPair.upload(zeros.weights(), cuda));
    TrainingPair.Run onHost =
        new TrainingPair.Run(
            new HostEngine(),
            variant,
            parameters.weights(),
            zeros.copy().weights(),
            zeros.copy().weights());
    DeadLatents dead = new DeadLatents(N_LATENTS, DEAD_AFTER);
    boolean moved = false;
    double first = Double.NaN;
    try (Firing firing = cuda.firing(N_LATENTS, DEAD_AFTER)) {
      for (int step = 1; step <= STEPS; step++) {
        float[] x = rows(WIDTH);
        float[] y = form.isTranscoder() ? rows(layout.nOut()) : x;
        Tensor input = host(x);
        LossTerms expected = onHost.step(input, y == x ? input : host(y), Latents.of(dead.dead()));
        dead.update(expected.codes());
        try (Tensor sent = device(x);
            Tensor goal = y == x ? null : device(y);
            Engine.Scope ignored = cuda.step()) {
          LossTerms found = onDevice.step(sent, goal == null ? sent : goal, firing.dead());
          firing.update(found.codes());
          String where = "step " + step;
          assertClose(expected.reconstruction(), found.reconstruction(), where);
          assertClose(expected.sparsity(), found.sparsity(), where);
          assertClose(expected.auxiliary(), found.auxiliary(), where);
          assertClose(expected.l0(), found.l0(), where);
          moved |= step > 1 && Math.abs(found.total() - first) > .01;
          first = step == 1 ? found.total() : first;
        }
        assertEquals(dead.dead(), firing.dead().toBitSet(), "dead after step " + step);
      }
    }
    assertTrue(moved, "nothing was learnt");
  }

  private static void assertClose(double expected, double found, String where) {
    assertEquals(expected, found, TOLERANCE * (1 + Math.abs(expected)), where);
  }

  /** Compares with the reference in double precision. */
  @ParameterizedTest
  @MethodSource("cases")
  void gradientsAreThoseOfTheReference(Variant variant, Form form) {
    ParameterLayout layout = layout(variant, form);
    SaeParameters parameters = TrainingPair.parameters(layout, DataType.DOUBLE, 4);
    SaeParameters gradients = parameters.copy();
    float[] x = rows(WIDTH);
    float[] y = form.isTranscoder() ? rows(layout.nOut()) : x;
    BitSet dead = new BitSet();
    dead.set(1, 9);
    dead.set(30);
    Engine reference = new Nd4jEngine();
    Tensor input = doubles(x);
    new Objective(reference)
        .evaluate(
            input, y == x ? input : doubles(y), parameters.weights(), variant, Latents.of(dead))
        .gradients()
        .write(reference, parameters.weights(), gradients.weights());
    CudaEngine cuda = emulated.engine();
    SaeParameters same = TrainingPair.parameters(layout, DataType.DOUBLE, 4);
    Weights weights = TrainingPair.upload(same.weights(), cuda);
    Weights found = TrainingPair.upload(same.weights(), cuda);
    Tensor sent = device(x);
    new Objective(cuda)
        .evaluate(sent, y == x ? sent : device(y), weights, variant, Latents.of(dead))
        .gradients()
        .write(cuda, weights, found);
    Weights expected = gradients.weights();
    assertTensor(expected.decoder(), found.decoder(), "W_dec");
    assertTensor(expected.encoder(), found.encoder(), "W_enc");
    assertTensor(expected.bEnc(), found.bEnc(), "b_enc");
    assertTensor(expected.bDec(), found.bDec(), "b_dec");
    expected.extras().forEach((key, tensor) -> assertTensor(tensor, found.get(key), key));
  }

  private static Tensor doubles(float[] rows) {
    return NdTensor.of(
        Nd4j.createFromArray(rows).castTo(DataType.DOUBLE).reshape('c', ROWS, rows.length / ROWS));
  }

  private static void assertTensor(Tensor expected, Tensor found, String name) {
    double[] values = expected.toDoubles();
    double[] actual = found.toDoubles();
    double largest = 1;
    for (double value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < values.length; i++) {
      assertEquals(values[i], actual[i], 2e-5 * largest, name + " " + i);
    }
  }
}
