package io.github.sae4j.bench;

import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.engine.Device;
import io.github.sae4j.layer.SaeLayerRuntime;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.train.InputNormalisation;
import io.github.sae4j.train.TrainConfig;
import io.github.sae4j.train.TrainerProbe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Whole steps of the trainer: reading and shuffling, the step, metrics as users have them. */
final class TrainingTurns implements Turns.State {
  /** Far more than is measured. */
  private static final long TOKENS = 1_000_000_000;

  private static final double LEARNING_RATE = 3e-4;

  /** So small that L0 stays where it was put. */
  private static final double STILL = 1e-7;

  private final BenchRow row;
  private final ActivationSource source;
  private final Turns turns;
  private final Device device;
  private final TrainerProbe trainer;

  TrainingTurns(BenchRow row, RowTask task, ActivationSource source, Turns turns)
      throws IOException {
    this.row = row;
    this.source = source;
    this.turns = turns;
    this.device = Device.parse(task.device());
    this.trainer = new TrainerProbe(source, config(), Path.of(task.directory()), this::stepDone);
    if (row.l0() > 0) {
      setL0(trainer.layer().parameters());
    }
  }

  private TrainConfig config() {
    return TrainConfig.builder(row.nLatents(), row.variant())
        .batch(BenchRow.BATCH)
        .tokens(TOKENS)
        .precision(row.precision())
        .device(device)
        .learningRate(learningRate())
        .warmupSteps(0)
        .decayStart(1)
        .normaliseInputs(row.l0() == 0 ? InputNormalisation.UNIT : InputNormalisation.NONE)
        .unitNormDecoder(true)
        .checkpointEvery(Integer.MAX_VALUE)
        .build();
  }

  /**
   * Makes so many latents active: with encoder columns of norm 1 the pre-activations of standard
   * Gaussian inputs are standard Gaussian.
   */
  private void setL0(SaeParameters p) {
    p.wEnc().assign(p.wDec().transpose());
    p.bDec().assign(0);
    p.bEnc().assign(-GaussianRows.quantileAbove((double) row.l0() / row.nLatents()));
  }

  void run() throws IOException {
    trainer.run();
  }

  private boolean stepDone(long step) {
    try {
      return turns.stepDone(this::l0, this);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /** On a device the first step's, since the layer does not see the others. */
  private double l0() {
    return device.kind() == Device.Kind.CPU
        ? trainer.layer().lastLoss().orElseThrow().codes().l0()
        : trainer.loggedL0();
  }

  @Override
  public SaeParameters parameters() {
    return trainer.layer().parameters();
  }

  @Override
  public SaeLayerRuntime layer() {
    return trainer.layer();
  }

  @Override
  public INDArray x() {
    float[] values = new float[BenchRow.BATCH * row.nIn()];
    try {
      source.read(0, BenchRow.BATCH, values, 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
    return Nd4j.createFromArray(values).reshape('c', BenchRow.BATCH, row.nIn());
  }

  @Override
  public double learningRate() {
    return row.l0() == 0 ? LEARNING_RATE : STILL;
  }
}
