package io.github.sae4j.product;

import io.github.sae4j.cpu.HostFloats;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Encoder weights split into chunks of latents, each in oneDNN's fastest layout for the precision.
 */
final class PackedWeights implements AutoCloseable {
  private final int nLatents;
  private final int nIn;
  private final boolean plain;
  private final memory[] chunks;
  private final memory.desc[] layouts;
  private final long bytes;

  /**
   * @param plain whether chunks are views of the weights in their original layout instead of packed
   *     copies
   */
  PackedWeights(int nLatents, int nIn, Precision precision, boolean plain) {
    this.nLatents = nLatents;
    this.nIn = nIn;
    this.plain = plain;
    this.chunks = new memory[(nLatents + DnnlProduct.CHUNK - 1) / DnnlProduct.CHUNK];
    this.layouts = new memory.desc[chunks.length];
    long own = 0;
    for (int c = 0; c < chunks.length; c++) {
      boolean same = c > 0 && latentsIn(c) == latentsIn(0);
      layouts[c] = same ? layouts[0] : layout(latentsIn(c), precision);
      chunks[c] = plain ? null : new memory(layouts[c], DnnlLibrary.cpu());
      own += plain ? 0 : layouts[c].get_size();
    }
    bytes = own;
    NativeBytes.take(bytes);
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

  /**
   * Returns the layout of the parameters: {@code [nIn, latents]} with a latent's weights
   * contiguous.
   */
  private static memory.desc plainLayout(int latents, int nIn) {
    return DnnlWorker.matrix(nIn, latents, memory.data_type.f32, memory.format_tag.ba);
  }

  boolean fits(HostFloats weights) {
    return weights.rows() == nLatents && weights.width() == nIn;
  }

  boolean isPlain() {
    return plain;
  }

  int nIn() {
    return nIn;
  }

  int nLatents() {
    return nLatents;
  }

  int chunks() {
    return chunks.length;
  }

  int latentsIn(int chunk) {
    return Math.min(DnnlProduct.CHUNK, nLatents - chunk * DnnlProduct.CHUNK);
  }

  /** Makes a chunk a view of weights in their original layout. */
  void view(int chunk, FloatPointer weights) {
    chunks[chunk] = new memory(layouts[chunk], DnnlLibrary.cpu(), first(chunk, weights));
  }

  /** Packs a chunk of the weights on the calling worker. */
  void fill(int chunk, FloatPointer weights, DnnlWorker worker) {
    try (memory.desc lying = plainLayout(latentsIn(chunk), nIn)) {
      worker.reorder(first(chunk, weights), lying, chunks[chunk]);
    }
  }

  private FloatPointer first(int chunk, FloatPointer weights) {
    return weights.getPointer((long) chunk * DnnlProduct.CHUNK * nIn);
  }

  memory chunk(int chunk) {
    return chunks[chunk];
  }

  memory.desc layout(int chunk) {
    return layouts[chunk];
  }

  /** Frees the native memory immediately. */
  @Override
  public void close() {
    for (memory chunk : chunks) {
      if (chunk != null) {
        chunk.close();
      }
    }
    for (memory.desc layout : layouts) {
      layout.close();
    }
    NativeBytes.giveBack(bytes);
  }
}
