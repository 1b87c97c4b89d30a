package io.github.sae4j.product;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.FloatPointer;

/**
 * State that a thread needs to multiply: its stream, its primitives, its input rows and its output
 * tile. Used by one thread at a time ({@link WorkerPool}).
 *
 * <p>Rows are padded with zeros to one of a few heights, so a few primitives suffice for batches of
 * all sizes.
 */
final class DnnlWorker implements AutoCloseable {
  /** Heights of tiles are powers of two up to this value, and multiples of it above. */
  private static final int STEP = 8;

  /**
   * Maximum number of primitives: more than one dictionary needs, since an engine may also multiply
   * with other matrices.
   */
  private static final int MOST_PRIMITIVES = 96;

  private final Precision precision;
  private final stream calls = new stream(DnnlLibrary.cpu());
  private final Map<TileProduct.Shape, TileProduct> products = new LinkedHashMap<>(16, .75f, true);
  private final NativeFloats padded = new NativeFloats();
  private final NativeFloats rounded = new NativeFloats();
  private final NativeFloats result = new NativeFloats();
  private final NativeFloats scratch = new NativeFloats();
  private FloatPointer rows;
  private int rowCount;
  private int height;
  private float[] tile = new float[0];

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

  /**
   * Returns the height of the tile for a number of rows.
   *
   * @param plain whether weights are in their original layout: oneDNN then sums a single row in a
   *     different order than several, so a row of zeros is added to it
   */
  static int height(int rows, boolean plain) {
    if (rows == 1) {
      return plain ? 2 : 1;
    }
    return rows <= STEP ? 2 * Integer.highestOneBit(rows - 1) : (rows + STEP - 1) / STEP * STEP;
  }

  /** Sets the rows of the next products, for weights in this layout. */
  void takeRows(FloatPointer first, int count, PackedWeights weights) {
    int nIn = weights.nIn();
    rowCount = count;
    height = height(count, weights.isPlain());
    rows = height == count ? first : padded.copyOf(first, (long) count * nIn, (long) height * nIn);
    if (precision == Precision.BFLOAT16) {
      round(nIn);
    }
  }

  private void round(int nIn) {
    FloatPointer to = rounded.of(((long) height * nIn + 1) / 2);
    try (memory.desc plain = matrix(height, nIn, memory.data_type.f32, memory.format_tag.ab);
        memory.desc layout = matrix(height, nIn, type(precision), memory.format_tag.ab);
        memory target = new memory(layout, DnnlLibrary.cpu(), to)) {
      reorder(rows, plain, target);
    }
    rows = to;
  }

  /**
   * Multiplies the rows with a chunk of the weights.
   *
   * @param bias bias of the dictionary, {@code [nLatents]}
   * @return the tile, row by row, valid until the next call
   */
  float[] multiply(PackedWeights weights, int chunk, FloatPointer bias) {
    int latents = weights.latentsIn(chunk);
    if (tile.length < rowCount * latents) {
      tile = new float[rowCount * latents];
    }
    run(weights, chunk, bias);
    result.get(0, tile, 0, rowCount * latents);
    return tile;
  }

  /**
   * Multiplies the rows with a chunk of the weights.
   *
   * @param to receives the chunk's columns of {@code [rows, nLatents]}
   */
  void multiply(PackedWeights weights, int chunk, FloatPointer bias, float[] to) {
    int latents = weights.latentsIn(chunk);
    run(weights, chunk, bias);
    for (int r = 0; r < rowCount; r++) {
      int at = r * weights.nLatents() + chunk * DnnlProduct.CHUNK;
      result.get(r * latents, to, at, latents);
    }
  }

  private void run(PackedWeights weights, int chunk, FloatPointer bias) {
    int latents = weights.latentsIn(chunk);
    FloatPointer y = result.of((long) height * latents);
    TileProduct product = product(weights, chunk, y);
    product.run(
        calls,
        rows,
        weights.chunk(chunk),
        bias.getPointer((long) chunk * DnnlProduct.CHUNK),
        y,
        scratch.of(product.scratchFloats()));
  }

  private TileProduct product(PackedWeights weights, int chunk, FloatPointer someFloats) {
    TileProduct.Shape shape =
        new TileProduct.Shape(height, weights.nIn(), weights.latentsIn(chunk), weights.isPlain());
    TileProduct known = products.get(shape);
    if (known != null) {
      return known;
    }
    if (products.size() == MOST_PRIMITIVES) {
      products.remove(products.keySet().iterator().next()).close(); // the least recently used one
    }
    TileProduct made = new TileProduct(shape, weights.layout(chunk), precision, someFloats);
    products.put(shape, made);
    return made;
  }

  /** Frees the native memory immediately. */
  @Override
  public void close() {
    products.values().forEach(TileProduct::close);
    products.clear();
    for (NativeFloats floats : new NativeFloats[] {padded, rounded, result, scratch}) {
      floats.close();
    }
    calls.close();
  }
}
