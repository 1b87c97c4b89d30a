package io.github.sae4j.bench;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Device;
import io.github.sae4j.layer.SaeLayerRuntime;
import io.github.sae4j.nd4j.NdEngine;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.ShuffledRows;
import java.io.IOException;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Codes of real batches by a {@link SparseAutoencoder}, without training. */
final class EncodingTurns implements Turns.State {
  private static final int BLOCK_ROWS = 256;

  private final ActivationSource source;
  private final Turns turns;
  private final SparseAutoencoder sae;
  private final float[] batch;

  EncodingTurns(BenchRow row, RowTask task, ActivationSource source, Turns turns) {
    this.source = source;
    this.turns = turns;
    this.sae = new SparseAutoencoder(randomParameters(row), row.variant());
    sae.computeOn(Device.parse(task.device()));
    this.batch = new float[BenchRow.BATCH * row.nIn()];
  }

  /** Unit rows, the encoder the decoder transposed. */
  private static SaeParameters randomParameters(BenchRow row) {
    INDArray wDec = Nd4j.randn(DataType.FLOAT, row.nLatents(), row.nIn());
    NdEngine.forType(DataType.FLOAT).normaliseRows(wDec);
    return new SaeParameters(
        wDec.transpose().dup('f'),
        Nd4j.zeros(DataType.FLOAT, row.nLatents()),
        wDec,
        Nd4j.zeros(DataType.FLOAT, row.nIn()));
  }

  void run() throws IOException {
    try (ShuffledRows rows = new ShuffledRows(source, 1, GaussianRows.ROWS, BLOCK_ROWS)) {
      Codes codes;
      do {
        rows.next(batch, BenchRow.BATCH);
        try (INDArray x = sae.batch(batch, BenchRow.BATCH)) {
          codes = sae.encode(x);
        }
      } while (turns.stepDone(codes::l0, this));
    } finally {
      sae.computeOn(Device.CPU);
    }
  }

  @Override
  public SaeParameters parameters() {
    return sae.parameters();
  }

  @Override
  public SaeLayerRuntime layer() {
    return null;
  }

  @Override
  public INDArray x() {
    return sae.batch(batch, BenchRow.BATCH);
  }

  @Override
  public double learningRate() {
    return 0;
  }
}
