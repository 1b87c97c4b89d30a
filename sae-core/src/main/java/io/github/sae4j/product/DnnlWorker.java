package io.github.sae4j.product;

import java.util.HashMap;
import java.util.Map;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.FloatPointer;

/**
 * What one worker needs to multiply: its stream, its primitives, the rows it works on and the tile
 * it makes. Used by that worker's thread only.
 */
final class DnnlWorker {
  private final Precision precision;
  private final stream calls = new stream(DnnlLibrary.cpu());
  private final Map<Shape, Product> products = new HashMap<>();
  private memory rows;
  private int rowCount;
  private float[] tile = new float[0];

  /** The size of a product, and whether the weights lie as they are. */
  private record Shape(int rows, int nIn, int latents, boolean plain) {}

  DnnlWorker(Precision precision) {
    this.precision = precision;
  }

  static memory.data_type type(Precision precision) {
    return precision == Precision.BFLOAT16 ? memory.data_type.bf16 : memory.data_type.f32;
  }

  static memory.desc matrix(
      int rows, int columns, memory.data_type type, memory.format_tag layout) {
    return new memory.desc(new long[] {rows, columns}, type, layout);
  }

  /** Copies a matrix into another layout and type. */
  void reorder(FloatPointer from, memory.desc layout, memory to) {
    try (memory source = new memory(layout, DnnlLibrary.cpu(), from);
        reorder copy = new reorder(source, to)) {
      copy.execute(calls, source, to);
      calls._wait();
    }
  }

  /** The rows that the next products are about. */
  void takeRows(FloatPointer first, int count, int nIn) {
    if (rows != null) {
      rows.close();
    }
    rowCount = count;
    memory.desc plain = matrix(count, nIn, memory.data_type.f32, memory.format_tag.ab);
    if (precision == Precision.FLOAT32) {
      rows = new memory(plain, DnnlLibrary.cpu(), first);
    } else {
      memory.desc rounded = matrix(count, nIn, type(precision), memory.format_tag.ab);
      rows = new memory(rounded, DnnlLibrary.cpu());
      reorder(first, plain, rows);
    }
  }

  /**
   * Multiplies the rows with a chunk of the weights.
   *
   * @param bias of the dictionary, {@code [nLatents]}
   * @return the tile, row after row, good until the next call
   */
  float[] multiply(PackedWeights weights, int chunk, FloatPointer bias) {
    int latents = weights.latentsIn(chunk);
    Product product =
        products.computeIfAbsent(
            new Shape(rowCount, weights.nIn(), latents, weights.isPlain()),
            shape -> new Product(shape, weights.layout(chunk)));
    product.run(weights.chunk(chunk), bias.getPointer((long) chunk * DnnlProduct.CHUNK));
    if (tile.length < rowCount * latents) {
      tile = new float[rowCount * latents];
    }
    product.out.get(tile, 0, rowCount * latents);
    return tile;
  }

  /** A product of one size, with the native memory of its result. */
  private final class Product {
    private final matmul product;
    private final FloatPointer out;
    private final memory bias;
    private final memory result;
    private final memory scratch;

    Product(Shape shape, memory.desc weights) {
      memory.desc x = matrix(shape.rows(), shape.nIn(), type(precision), memory.format_tag.ab);
      memory.desc b = matrix(1, shape.latents(), memory.data_type.f32, memory.format_tag.ab);
      memory.desc y =
          matrix(shape.rows(), shape.latents(), memory.data_type.f32, memory.format_tag.ab);
      primitive_attr ownScratch = new primitive_attr();
      ownScratch.set_scratchpad_mode(dnnl.scratchpad_mode.user);
      matmul.primitive_desc description =
          new matmul.primitive_desc(DnnlLibrary.cpu(), x, weights, b, y, ownScratch, false);
      product = new matmul(description);
      out = new FloatPointer((long) shape.rows() * shape.latents());
      bias = new memory(b, DnnlLibrary.cpu(), out);
      result = new memory(y, DnnlLibrary.cpu(), out);
      scratch = new memory(description.scratchpad_desc(), DnnlLibrary.cpu());
    }

    void run(memory weights, FloatPointer biasValues) {
      bias.set_data_handle(biasValues);
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
  }
}
