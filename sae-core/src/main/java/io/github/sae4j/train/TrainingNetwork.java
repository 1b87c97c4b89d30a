package io.github.sae4j.train;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.cpu.HostFloats;
import io.github.sae4j.cpu.OrderedSums;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.engine.AdamStep;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.DeviceEngine;
import io.github.sae4j.engine.DeviceEngines;
import io.github.sae4j.layer.AdamMoments;
import io.github.sae4j.layer.SaeLayer;
import io.github.sae4j.layer.SaeLayerRuntime;
import io.github.sae4j.nd4j.NdEngine;
import io.github.sae4j.product.Precision;
import io.github.sae4j.variant.LossTerms;
import io.github.sae4j.variant.Variant;
import io.github.sae4j.variant.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;

/**
 * The DL4J network of the {@link SaeLayer} being trained, and its state between steps. With Adam,
 * the layer updates its own parameters; other updaters are DL4J's and are applied by the network.
 */
final class TrainingNetwork implements AutoCloseable {
  private static final double EPSILON = Adam.DEFAULT_ADAM_EPSILON;

  private final RowParts parts;
  private final MultiLayerNetwork network;
  private final SaeLayerRuntime layer;
  private final LearningRateSchedule learningRate;
  private final double beta1;
  private final double beta2;
  private final double clipNorm;
  private final double targetL0;
  private final int batchRows;
  private final AdamMoments moments; // null if the updater is DL4J's
  private final WeightAverage average; // null if there is no average
  private INDArray x; // the batch of the step
  private INDArray y; // its targets, for a transcoder
  private final double emaDecay;
  private final Optional<DeviceTraining> device; // takes the steps, if there is one
  private boolean newerOnDevice;
  private long step;

  TrainingNetwork(TrainConfig config, TrainPlan plan, RowParts parts) {
    this(config, plan, parts, Optional.empty());
  }

  /**
   * Opens a network on the configured device. If it cannot be made, nothing of the device stays in
   * use.
   */
  static TrainingNetwork open(TrainConfig config, TrainPlan plan, RowParts parts) {
    Optional<DeviceEngine> engine = DeviceEngines.open(config.device(), config.precision());
    try {
      return new TrainingNetwork(config, plan, parts, engine);
    } catch (RuntimeException | Error e) {
      engine.ifPresent(opened -> closeAfter(e, opened::close));
      throw e;
    }
  }

  private static void closeAfter(Throwable failure, Runnable close) {
    try {
      close.run();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  /** Closes it after a failure, which stays the one that is reported. */
  void closeAfter(Throwable failure) {
    closeAfter(failure, this::close);
  }

  /**
   * @param deviceEngine engine that takes the steps instead of the host; closed with the network
   */
  TrainingNetwork(
      TrainConfig config, TrainPlan plan, RowParts parts, Optional<DeviceEngine> deviceEngine) {
    this.parts = parts;
    learningRate = config.learningRate().schedule(plan);
    beta1 = config.beta1();
    beta2 = config.beta2();
    clipNorm = config.clipNorm();
    targetL0 = config.targetL0();
    batchRows = config.batch();
    boolean ownAdam = config.updater() == Updater.ADAM;
    SaeLayer.Builder sae =
        new SaeLayer.Builder()
            .nIn(parts.nIn())
            .nLatents(config.latents())
            .variant(config.variant())
            .unitNormDecoder(config.unitNormDecoder())
            .deadAfterTokens(plan.deadAfterTokens())
            .precision(deviceEngine.isPresent() ? Precision.FLOAT32 : config.precision());
    if (config.task().isTranscoder()) {
      sae.transcoder(parts.nOut(), config.task() == Task.SKIP_TRANSCODER);
    } else {
      sae.tied(config.tied());
    }
    SaeLayer built = sae.build();
    deviceEngine.ifPresent(
        engine ->
            engine.requireFits(
                MemoryPlan.onDevice(config, parts, built.initializer().numParams(built))));
    network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(config.seed())
                .dataType(DataType.FLOAT)
                .updater(config.updater().toDl4j(learningRate, beta1, beta2))
                .list()
                .layer(built)
                .build());
    // uninitialised: DL4J does not fill given parameters, as the trainer does that
    network.init(
        Nd4j.createUninitialized(DataType.FLOAT, 1, built.initializer().numParams(built)), false);
    layer = (SaeLayerRuntime) network.getLayer(0);
    layer.setClipNorm(clipNorm);
    moments = ownAdam ? AdamMoments.zeros(DataType.FLOAT, network.numParams()) : null;
    emaDecay = config.emaDecay();
    average =
        config.emaDecay() > 0
            ? new WeightAverage(
                config.emaDecay(), network.params(), layer::parts, config.variant().extras())
            : null;
    if (deviceEngine.isPresent() && !ownAdam) {
      throw new IllegalArgumentException(
          "a GPU trains with --updater adam only; other updaters are DL4J's and run on the CPU");
    }
    device =
        deviceEngine.map(
            engine ->
                new DeviceTraining(
                    engine,
                    built.layout(),
                    built.isUnitNormDecoder(),
                    clipNorm,
                    plan.deadAfterTokens(),
                    average != null));
  }

  /** Returns the host's arrays, after fetching what the device has computed since. */
  private SaeLayerRuntime host() {
    if (newerOnDevice) {
      device.orElseThrow().download(hostArrays());
      newerOnDevice = false;
    }
    return layer;
  }

  private DeviceTraining.HostArrays hostArrays() {
    INDArray flat = moments.flat().reshape(moments.flat().length());
    long parameters = network.numParams();
    return new DeviceTraining.HostArrays(
        layer.parameters(),
        layer.parts(flat.get(NDArrayIndex.interval(0, parameters))),
        layer.parts(flat.get(NDArrayIndex.interval(parameters, 2 * parameters))),
        Optional.ofNullable(average).map(kept -> layer.parts(kept.average())),
        layer.deadLatents());
  }

  /** Returns the parameters where the next step will read them. */
  Weights weights() {
    return newerOnDevice ? device.orElseThrow().weights() : layer.parameters().weights();
  }

  /**
   * Initialises the parameters at the start of a run.
   *
   * @param sample rows as seen by the network
   */
  void initialise(RowSample sample, InitialWeights settings, long seed) {
    RowSample inputs = parts.inputs(sample);
    RowSample targets = parts.targets(sample);
    double[] bias = Initialisation.decoderBias(settings, targets);
    Initialisation.apply(host().parameters(), host().variant(), settings, bias, seed);
    if (parts.apart() && settings.matches(host().variant())) {
      MatchedDecoder.turn(host().parameters(), inputs, targets);
    }
    if (host().variant().thresholds().exist()) {
      double l0 = FirstThresholds.startL0(targetL0, host().parameters().nLatents());
      FirstThresholds.set(host().parameters(), host().variant(), inputs, l0);
    }
    if (settings.rescaleEncoder()) {
      scaleCodes(Initialisation.encoderScale(this, inputs, targets, bias));
    }
  }

  private void scaleCodes(double factor) {
    SaeParameters p = host().parameters();
    p.wEnc().muli(factor);
    CodeUnits.scale(p, host().variant(), factor);
  }

  /** Receives the reconstruction of each row of a sample. */
  interface ReconstructedRow {
    void accept(int row, float[] reconstructions, int at);
  }

  /** Reconstructs a sample of inputs with the current network, one batch at a time. */
  void reconstruct(RowSample sample, ReconstructedRow hearer) {
    int nOut = parts.nOut();
    float[] output = new float[Math.min(batchRows, sample.rows()) * nOut];
    forEachBatch(
        sample,
        (from, x) -> {
          int rows = (int) x.size(0);
          try (INDArray reconstruction = host().reconstruct(x)) {
            HostFloats.forReading(reconstruction).get(0, output, 0, rows * nOut);
          }
          for (int row = 0; row < rows; row++) {
            hearer.accept(from + row, output, row * nOut);
          }
        });
  }

  /** Receives the codes of a batch of a sample, and their reconstructions, {@code [rows, nOut]}. */
  interface EncodedBatch {
    void accept(int firstRow, Codes codes, float[] reconstructions);
  }

  /** Encodes a sample of inputs with the current network, as in inference. */
  void encode(RowSample sample, EncodedBatch taker) {
    SparseAutoencoder sae = new SparseAutoencoder(host().parameters(), host().variant());
    forEachBatch(
        sample,
        (from, x) -> {
          Codes codes = sae.encode(x);
          try (INDArray reconstruction = sae.decode(codes, x)) {
            taker.accept(
                from, codes, reconstruction.reshape(reconstruction.length()).toFloatVector());
          }
          codes.release();
        });
  }

  /** Returns the current dictionary's activations per row, averaged over a sample of whole rows. */
  double l0(RowSample sample) {
    double[] sum = {0};
    forEachBatch(parts.inputs(sample), (from, x) -> sum[0] += host().l0(x) * x.size(0));
    return sum[0] / sample.rows();
  }

  /** Returns whether all parameters are finite. */
  boolean isFinite() {
    host();
    return Double.isFinite(OrderedSums.squares(network.params()));
  }

  /** Receives a batch of a sample, {@code [rows, nIn]}; the array is freed afterwards. */
  private interface Batch {
    void accept(int firstRow, INDArray x);
  }

  private void forEachBatch(RowSample inputs, Batch taker) {
    int width = inputs.width();
    for (int from = 0; from < inputs.rows(); from += batchRows) {
      int rows = Math.min(batchRows, inputs.rows() - from);
      float[] batch = Arrays.copyOfRange(inputs.values(), from * width, (from + rows) * width);
      try (INDArray x = Nd4j.createFromArray(batch).reshape('c', rows, width)) {
        taker.accept(from, x);
      }
    }
  }

  /**
   * Takes one training step.
   *
   * @param batch {@code [rows, width]}, row after row
   */
  LossTerms step(float[] batch, int rows, Variant variant) {
    if (device.isPresent()) {
      return deviceStep(batch, rows, variant);
    }
    layer.setVariant(variant);
    x = matrixOf(x, parts.inputs(batch), rows);
    if (parts.apart()) {
      y = matrixOf(y, parts.targets(batch), rows);
      layer.setTarget(y);
    }
    if (moments == null) {
      network.pretrainLayer(0, x);
    } else {
      layer.adamStep(x, moments, adam(rows), clipNorm);
    }
    step++;
    if (average != null) {
      average.update(network.params(), step);
    }
    return layer.lastLoss().orElseThrow();
  }

  private LossTerms deviceStep(float[] batch, int rows, Variant variant) {
    DeviceTraining training = device.orElseThrow();
    if (!newerOnDevice) {
      training.upload(hostArrays());
      newerOnDevice = true;
    }
    layer.setVariant(variant);
    Optional<float[]> targets =
        parts.apart() ? Optional.of(parts.targets(batch)) : Optional.empty();
    double keep = emaDecay == 0 ? 0 : WeightAverage.keep(emaDecay, step + 1);
    LossTerms loss = training.step(parts.inputs(batch), targets, rows, variant, adam(rows), keep);
    step++;
    return loss;
  }

  private AdamStep adam(int rows) {
    return new AdamStep(learningRate(step), beta1, beta2, EPSILON, step + 1, 1.0 / rows);
  }

  /** Copies the batch into reused memory, since new pages would cost more than the copy. */
  private static INDArray matrixOf(INDArray before, float[] batch, int rows) {
    INDArray matrix =
        before != null && before.length() == batch.length
            ? before
            : Nd4j.createUninitialized(DataType.FLOAT, new long[] {rows, batch.length / rows}, 'c');
    HostFloats.of(matrix).put(0, batch, 0, batch.length);
    return matrix;
  }

  /** Returns the layer on the host, whose numbers may be read and changed until the next step. */
  SaeLayerRuntime layer() {
    return host();
  }

  double learningRate(long step) {
    return learningRate.valueAt((int) step, 0);
  }

  double deadFraction() {
    return newerOnDevice ? device.orElseThrow().deadFraction() : layer.deadLatents().fraction();
  }

  boolean hasUnitNormDecoder() {
    return layer.layerConf().isUnitNormDecoder();
  }

  /** Returns the weights by latent, with their average and the updater's state. */
  LatentRows latentRows() {
    host();
    INDArray state = updaterState();
    List<SaeParameters> states = new ArrayList<>();
    if (state != null) {
      INDArray flat = state.reshape(state.length());
      long parameters = network.numParams();
      for (long from = 0; from < flat.length(); from += parameters) {
        states.add(layer.parts(flat.get(NDArrayIndex.interval(from, from + parameters))));
      }
    }
    List<SaeParameters> copies =
        average == null ? List.of() : List.of(layer.parts(average.average()));
    return new LatentRows(layer.parameters(), copies, states);
  }

  /**
   * Returns the final dictionary, with the configured variant: the weights themselves, or their
   * average, which replaces them. Unit-norm rows are renormalised after averaging.
   */
  SparseAutoencoder finish(Variant variant) {
    host();
    if (average != null) {
      network.params().assign(average.average());
      if (hasUnitNormDecoder()) {
        NdEngine.forType(DataType.FLOAT).normaliseRows(layer.parameters().wDec());
      }
    }
    return new SparseAutoencoder(layer.parameters(), variant);
  }

  /** Returns everything that the next step depends on. */
  NetworkState state() {
    host();
    return new NetworkState(
        HostFloats.of(network.params()),
        HostFloats.of(updaterState()),
        average == null ? null : average.numbers(),
        layer.deadLatents());
  }

  /**
   * Prepares for the step after {@code stepsDone}; the caller then fills in the {@link #state} of
   * that time.
   */
  void goOnAfter(long stepsDone) {
    if (moments == null) {
      // DL4J makes the optimizer that holds the updater's state in the first step, and a layer's
      // getOptimizer() before that returns another one: take a step to have it, with parameters
      // that are numbers
      network.params().assign(0);
      if (parts.apart()) {
        layer.setTarget(Nd4j.zeros(DataType.FLOAT, 1, parts.nOut()));
      }
      network.pretrainLayer(0, Nd4j.zeros(DataType.FLOAT, 1, layer.parameters().nIn()));
    }
    step = stepsDone;
    layer.conf().setIterationCount((int) step);
  }

  private INDArray updaterState() {
    return moments != null ? moments.flat() : layer.getOptimizer().getUpdater().getStateViewArray();
  }

  /** Frees its native memory immediately instead of waiting for the garbage collector. */
  @Override
  public void close() {
    device.ifPresent(DeviceTraining::close);
    layer.release();
    if (moments != null) {
      moments.flat().close();
    }
    if (average != null) {
      average.average().close();
    }
    for (INDArray matrix : new INDArray[] {x, y}) {
      if (matrix != null && matrix.closeable()) {
        matrix.close();
      }
    }
    network.close();
  }
}
