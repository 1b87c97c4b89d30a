package io.github.sae4j.product;

import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.FloatPointer;

/**
 * A oneDNN product of one size, with handles to its inputs and outputs but no memory of its own.
 */
final class TileProduct implements AutoCloseable {

  /** A size, and whether the weights are in their original layout. */
  record Shape(int rows, int nIn, int latents, boolean plain) {}

  private final matmul product;
  private final memory rows;
  private final memory bias;
  private final memory result;
  private final memory scratch;
  private final long scratchFloats;

  /**
   * @param someFloats native memory, replaced before the first run
   */
  TileProduct(Shape shape, memory.desc weights, Precision precision, FloatPointer someFloats) {
    try (memory.desc x =
            DnnlWorker.matrix(
                shape.rows(), shape.nIn(), DnnlWorker.type(precision), memory.format_tag.ab);
        memory.desc b =
            DnnlWorker.matrix(1, shape.latents(), memory.data_type.f32, memory.format_tag.ab);
        memory.desc y =
            DnnlWorker.matrix(
                shape.rows(), shape.latents(), memory.data_type.f32, memory.format_tag.ab);
        primitive_attr ownScratch = new primitive_attr()) {
      ownScratch.set_scratchpad_mode(dnnl.scratchpad_mode.user);
      try (matmul.primitive_desc description =
              new matmul.primitive_desc(DnnlLibrary.cpu(), x, weights, b, y, ownScratch, false);
          memory.desc pad = description.scratchpad_desc()) {
        product = new matmul(description);
        rows = new memory(x, DnnlLibrary.cpu(), someFloats);
        bias = new memory(b, DnnlLibrary.cpu(), someFloats);
        result = new memory(y, DnnlLibrary.cpu(), someFloats);
        scratch = new memory(pad, DnnlLibrary.cpu(), someFloats);
        scratchFloats = (pad.get_size() + Float.BYTES - 1) / Float.BYTES;
      }
    }
    NativeBytes.countPrimitives(1);
  }

  /** Returns the scratch memory that a run needs. */
  long scratchFloats() {
    return scratchFloats;
  }

  /** Multiplies and waits for completion. */
  void run(
      stream calls,
      FloatPointer x,
      memory weights,
      FloatPointer biasValues,
      FloatPointer y,
      FloatPointer pad) {
    rows.set_data_handle(x);
    bias.set_data_handle(biasValues);
    result.set_data_handle(y);
    scratch.set_data_handle(pad);
    try (IntMemoryMap arguments = new IntMemoryMap()) {
      arguments.put(dnnl.DNNL_ARG_SRC, rows);
      arguments.put(dnnl.DNNL_ARG_WEIGHTS, weights);
      arguments.put(dnnl.DNNL_ARG_BIAS, bias);
      arguments.put(dnnl.DNNL_ARG_DST, result);
      arguments.put(dnnl.DNNL_ARG_SCRATCHPAD, scratch);
      product.execute(calls, arguments);
      calls._wait();
    }
  }

  @Override
  public void close() {
    product.close();
    rows.close();
    bias.close();
    result.close();
    scratch.close();
    NativeBytes.countPrimitives(-1);
  }
}
