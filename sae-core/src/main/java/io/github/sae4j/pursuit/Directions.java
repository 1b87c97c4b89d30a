package io.github.sae4j.pursuit;

import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.nd4j.NdEngine;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A copy of a decoder's rows scaled to norm 1, with their original norms. */
final class Directions {
  private final INDArray unit;
  private final INDArray encoder;
  private final INDArray zeros;
  private final double[] norms;

  /**
   * @param wDec {@code [nLatents, nIn]}, not modified
   * @throws IllegalArgumentException if a weight is not finite
   */
  Directions(INDArray wDec, NdEngine engine) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      this.unit = wDec.dup('c');
      this.norms = engine.rowNorms(unit).toDoubleVector();
      for (int latent = 0; latent < norms.length; latent++) {
        if (!Double.isFinite(norms[latent])) {
          throw new IllegalArgumentException(
              "the decoder row of latent %d is not finite".formatted(latent));
        }
      }
      engine.normaliseRows(unit);
      this.encoder = unit.transpose();
      this.zeros = Nd4j.zeros(wDec.dataType(), wDec.size(0));
    }
  }

  int count() {
    return norms.length;
  }

  DataType dataType() {
    return unit.dataType();
  }

  /** Returns the directions, {@code [count, width]}, in c order. */
  INDArray unit() {
    return unit;
  }

  /**
   * Returns the directions as an encoder, {@code [width, count]} in f order; always the same
   * object.
   */
  INDArray encoder() {
    return encoder;
  }

  void free() {
    unit.close();
  }

  /** Returns the bias of that encoder. */
  INDArray zeros() {
    return zeros;
  }

  /**
   * Returns the dot products of rows {@code [rows, width]} with all directions, {@code [rows,
   * count]}.
   */
  INDArray products(INDArray rows, NdEngine engine) {
    return engine.affine(rows, encoder, zeros);
  }

  /** Converts codes for unit directions to codes for the original decoder. */
  SparseCodes rescale(SparseCodes codes) {
    return codes.map((i, latent, value) -> value / norms[latent]);
  }

  /** Combines the codes of single rows into codes for unit directions. */
  SparseCodes assemble(RowCode[] rows) {
    int[] starts = new int[rows.length + 1];
    for (int b = 0; b < rows.length; b++) {
      starts[b + 1] = starts[b] + rows[b].size();
    }
    int[] latents = new int[starts[rows.length]];
    double[] values = new double[latents.length];
    for (int b = 0; b < rows.length; b++) {
      int at = starts[b];
      for (int i : rows[b].ascending()) {
        latents[at] = rows[b].latent(i);
        values[at++] = rows[b].coefficient(i);
      }
    }
    if (dataType() == DataType.DOUBLE) {
      return SparseCodes.ofDoubles(count(), starts, latents, values);
    }
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return SparseCodes.ofFloats(count(), starts, latents, floats);
  }
}
