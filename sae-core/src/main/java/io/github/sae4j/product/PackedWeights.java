package io.github.sae4j.product;

import io.github.sae4j.cpu.HostRows;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Encoder weights cut into chunks of latents, each in the layout and precision that oneDNN
 * multiplies fastest.
 */
final class PackedWeights implements AutoCloseable {
  private final int nLatents;
  private final int nIn;
  private final boolean plain;
  private final memory[] chunks;
  private final memory.desc[] layouts;

  /**
   * @param plain whether chunks are views of the weights as they lie, instead of packed copies
   */
  PackedWeights(int nLatents, int nIn, Precision precision, boolean plain) {
    this.nLatents = nLatents;
    this.nIn = nIn;
    this.plain = plain;
    this.chunks = new memory[(nLatents + DnnlProduct.CHUNK - 1) / DnnlProduct.CHUNK];
    this.layouts = new memory.desc[chunks.length];
    for (int c = 0; c < chunks.length; c++) {
      boolean same = c > 0 && latentsIn(c) == latentsIn(0);
      layouts[c] = same ? layouts[0] : layout(latentsIn(c), precision);
      chunks[c] = plain ? null : new memory(layouts[c], DnnlLibrary.cpu());
    }
  }

  private memory.desc layout(int latents, Precision precision) {
    if (plain) {
      return plainLayout(latents, nIn);
    }
    memory.data_type type = DnnlWorker.type(precision);
    try (matmul.primitive_desc fastest =
        new matmul.primitive_desc(
            DnnlLibrary.cpu(),
            DnnlWorker.matrix(DnnlProduct.MOST_ROWS, nIn, type, memory.format_tag.ab),
            DnnlWorker.matrix(nIn, latents, type, memory.format_tag.any),
            DnnlWorker.matrix(1, latents, memory.data_type.f32, memory.format_tag.ab),
            DnnlWorker.matrix(
                DnnlProduct.MOST_ROWS, latents, memory.data_type.f32, memory.format_tag.ab))) {
      return fastest.weights_desc();
    }
  }

  /** {@code [nIn, latents]}, a latent's weights side by side, as parameters lie. */
  static memory.desc plainLayout(int latents, int nIn) {
    return DnnlWorker.matrix(nIn, latents, memory.data_type.f32, memory.format_tag.ba);
  }

  boolean fits(HostRows weights, boolean asPlain) {
    return weights.rows() == nLatents && weights.width() == nIn && plain == asPlain;
  }

  boolean isPlain() {
    return plain;
  }

  int nIn() {
    return nIn;
  }

  int chunks() {
    return chunks.length;
  }

  int latentsIn(int chunk) {
    return Math.min(DnnlProduct.CHUNK, nLatents - chunk * DnnlProduct.CHUNK);
  }

  /** Takes the weights of a chunk over, on the calling worker. */
  void fill(int chunk, FloatPointer weights, DnnlWorker worker) {
    FloatPointer first = weights.getPointer((long) chunk * DnnlProduct.CHUNK * nIn);
    if (plain) {
      if (chunks[chunk] != null) {
        chunks[chunk].close();
      }
      chunks[chunk] = new memory(layouts[chunk], DnnlLibrary.cpu(), first);
    } else {
      worker.reorder(first, plainLayout(latentsIn(chunk), nIn), chunks[chunk]);
    }
  }

  memory chunk(int chunk) {
    return chunks[chunk];
  }

  memory.desc layout(int chunk) {
    return layouts[chunk];
  }

  /** Frees the native memory at once. */
  @Override
  public void close() {
    for (memory chunk : chunks) {
      if (chunk != null) {
        chunk.close();
      }
    }
  }
}
