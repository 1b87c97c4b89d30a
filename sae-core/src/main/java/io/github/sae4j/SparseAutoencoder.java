package io.github.sae4j;

import io.github.sae4j.cpu.RowVectors;
import io.github.sae4j.cpu.SharedUse;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.pursuit.Pursuit;
import io.github.sae4j.pursuit.PursuitEncoder;
import io.github.sae4j.variant.Objective;
import io.github.sae4j.variant.SaeParameters;
import io.github.sae4j.variant.Variant;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A trained dictionary: {@code f = select((x − b_dec)·W_enc + b_enc)}, {@code x̂ = f·W_dec +
 * b_dec}, of rows that may be normalised first ({@link RowNorm}).
 *
 * <p>Thread-safe: any number of threads may encode and decode rows and batches at the same time,
 * and get the results that one thread alone would get. {@link #free} waits for them.
 *
 * <p>Its weights count as frozen: the first batch checks them and packs those of the encoder,
 * {@code 4·nIn·nLatents} bytes of native memory that stay until {@link #free}. To change the arrays
 * of {@link #parameters}, encode nothing meanwhile and call {@link #weightsChanged} before the next
 * batch.
 *
 * <p>Rows may be Java arrays or ND4J's. The latter may have any real type and memory order, and may
 * be views; they are cast to the type of the weights, which is also that of the results.
 */
public final class SparseAutoencoder implements Encoder {
  private final SaeParameters parameters;
  private final Variant variant;
  private final RowNorm rowNorm;
  private final Engine engine;
  private final Objective objective;
  private final BatchRules batches;
  private final ArrayRows arrays;
  private final SharedUse memory = new SharedUse();
  private final List<WeakReference<PursuitEncoder>> pursuits = new ArrayList<>();
  private volatile Selection rule; // null until the weights were checked
  private boolean freed; // written while no call uses the memory

  /**
   * A dictionary of rows as they are.
   *
   * @throws IllegalArgumentException if the variant asks for more latents than there are
   */
  public SparseAutoencoder(SaeParameters parameters, Variant variant) {
    this(parameters, variant, RowNorm.NONE);
  }

  /**
   * A dictionary of rows that it normalises first.
   *
   * @throws IllegalArgumentException if the variant asks for more latents than there are
   */
  public SparseAutoencoder(SaeParameters parameters, Variant variant, RowNorm rowNorm) {
    this.rowNorm = Objects.requireNonNull(rowNorm, "rowNorm");
    this.parameters = Objects.requireNonNull(parameters, "parameters");
    this.variant = Objects.requireNonNull(variant, "variant");
    variant.requireFits(parameters.nLatents());
    this.batches = BatchRules.of(parameters);
    this.arrays = new ArrayRows(this, batches);
    this.engine = Engine.forType(batches.type());
    this.objective = new Objective(engine);
    engine.freeze(parameters.wEnc());
  }

  public int nIn() {
    return batches.nIn();
  }

  /** Values of a row of the reconstruction: of nIn, but for transcoders. */
  public int nOut() {
    return batches.nOut();
  }

  public int nLatents() {
    return batches.nLatents();
  }

  public Variant variant() {
    return variant;
  }

  /** What is done to rows before they are encoded. */
  public RowNorm rowNorm() {
    return rowNorm;
  }

  /** The weights themselves, not a copy; see {@link #weightsChanged}. */
  public SaeParameters parameters() {
    return parameters;
  }

  /**
   * Has the weights checked and packed anew at the next batch: to be called after writing to them.
   *
   * @throws IllegalStateException after {@link #free}
   */
  public void weightsChanged() {
    memory.change(
        () -> {
          requireMemory();
          rule = null;
          engine.release();
        });
  }

  /**
   * Codes of a batch.
   *
   * @param x {@code [rows, nIn]}, at least one row
   * @throws IllegalArgumentException if it has another shape or is not of numbers, or a weight is
   *     not finite
   * @throws io.github.sae4j.engine.NotFiniteException if a value of it is not finite
   * @throws IllegalStateException after {@link #free}
   */
  @Override
  public Codes encode(INDArray x) {
    return use(
        () -> onRows(x, rows -> objective.inference(rows, parameters, variant, rule).only()));
  }

  /**
   * An encoder that reads the decoder alone: it searches the codes of {@code x − b_dec} by a
   * pursuit. What it finds is decoded as this dictionary's own codes are. Thread-safe; {@link
   * #free} ends it, too.
   *
   * @throws IllegalArgumentException if this is a transcoder, whose decoder writes in another space
   *     than its input's, or a weight is not finite
   */
  public Encoder pursuit(Pursuit pursuit) {
    if (!parameters.subtractsDecoderBias()) {
      throw new IllegalArgumentException(
          "a pursuit searches for its input among the decoder's directions, but a transcoder's"
              + " decoder writes another tensor");
    }
    PursuitEncoder search =
        use(() -> new PursuitEncoder(pursuit, parameters.wDec(), Engine.forType(batches.type())));
    synchronized (pursuits) {
      pursuits.removeIf(other -> other.get() == null);
      pursuits.add(new WeakReference<>(search));
    }
    return x -> use(() -> onRows(x, rows -> search(search, rows)));
  }

  private Codes search(PursuitEncoder search, INDArray rows) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
        INDArray centred = RowVectors.minus(rows, parameters.bDec())) {
      return search.encode(centred);
    }
  }

  /** Does something with rows as the encoder reads them, and frees those that were made for it. */
  private Codes onRows(INDArray x, Encoder encoder) {
    INDArray given = batches.rows(x);
    try {
      INDArray rows = rowNorm.apply(given);
      try {
        return encoder.encode(rows);
      } finally {
        closeUnless(rows == given, rows);
      }
    } finally {
      closeUnless(given == x, given);
    }
  }

  /** Off-heap: the garbage collector does not see how much it is. */
  private static void closeUnless(boolean kept, INDArray array) {
    if (!kept) {
      array.close();
    }
  }

  /**
   * The code of one row.
   *
   * @param x {@code [nIn]}
   * @throws IllegalArgumentException if it is null, of another width or not finite; or a weight is
   *     not finite
   * @throws IllegalStateException after {@link #free}
   */
  public SparseCode encode(float[] x) {
    arrays.requireRow(x);
    return arrays.encode(new float[][] {x}).get(0);
  }

  /**
   * The code of each row.
   *
   * @param x {@code [rows][nIn]}, at least one row
   * @throws IllegalArgumentException if a row is null, of another width or not finite; says which
   * @throws IllegalStateException after {@link #free}
   */
  public List<SparseCode> encode(float[][] x) {
    return arrays.encode(x);
  }

  /**
   * The reconstruction of a row by its code, {@code [nOut]}; see {@link #decode(Codes)}.
   *
   * @throws IllegalArgumentException if it is the code of a dictionary of another size
   */
  public float[] decode(SparseCode code) {
    return arrays.decode(Collections.singletonList(code))[0];
  }

  /**
   * Reconstructions by codes, {@code [rows][nOut]}; see {@link #decode(Codes)}.
   *
   * @param codes at least one
   * @throws IllegalArgumentException if one is of a dictionary of another size; says which
   */
  public float[][] decode(List<SparseCode> codes) {
    return arrays.decode(codes);
  }

  /**
   * The reconstruction of a row as it was before it was encoded, {@code [nOut]}, by its code or a
   * changed one; see {@link #decode(Codes, INDArray)}.
   *
   * @param x the row, {@code [nIn]}
   */
  public float[] decode(SparseCode code, float[] x) {
    return arrays.decode(code, x);
  }

  /**
   * Reconstruction of a row by its code, {@code [nOut]}.
   *
   * @param x as for {@link #encode(float[])}
   */
  public float[] reconstruct(float[] x) {
    arrays.requireRow(x);
    return arrays.reconstruct(new float[][] {x})[0];
  }

  /**
   * Reconstruction of each row by its code, {@code [rows][nOut]}.
   *
   * @param x as for {@link #encode(float[][])}
   */
  public float[][] reconstruct(float[][] x) {
    return arrays.reconstruct(x);
  }

  /**
   * Codes of a batch that lies in a Java array.
   *
   * @param x {@code [rows, nIn]}, row after row
   * @throws IllegalArgumentException if it is not of that length
   */
  public Codes encode(float[] x, int rows) {
    try (INDArray batch = batch(x, rows)) {
      return encode(batch);
    }
  }

  /**
   * A batch that lies in a Java array, as ND4J has it, in the precision of the dictionary.
   *
   * @param x {@code [rows, nIn]}, row after row
   * @throws IllegalArgumentException if it is not of that length, or there are no rows
   */
  public INDArray batch(float[] x, int rows) {
    return batches.of(x, rows);
  }

  /**
   * Reconstructions of a batch, {@code [rows, nOut]}: of its rows as they are encoded, after {@link
   * #rowNorm}.
   *
   * @throws IllegalArgumentException if these are not codes of a dictionary of this size and type
   * @throws IllegalStateException if there is a skip, which reads the batch itself; after {@link
   *     #free}
   */
  public INDArray decode(Codes codes) {
    if (parameters.skips()) {
      throw new IllegalStateException("a transcoder with a skip needs the batch beside its codes");
    }
    batches.requireFit(codes);
    return use(() -> objective.decode(codes, null, parameters));
  }

  /**
   * Reconstructions of a batch as it was before it was encoded, {@code [rows, nOut]}.
   *
   * @param codes of the batch
   * @param x the batch, which is needed where there is a {@link #rowNorm} or a skip
   * @throws IllegalArgumentException if these are not codes of a dictionary of this size and type,
   *     or the batch has another shape or number of rows
   * @throws IllegalStateException after {@link #free}
   */
  public INDArray decode(Codes codes, INDArray x) {
    boolean undoes = // not a transcoder, whose target is another tensor
        rowNorm != RowNorm.NONE && !parameters.form().isTranscoder();
    if (!undoes && !parameters.skips()) {
      if (x != null) {
        batches.requireFit(codes, x);
      }
      return decode(codes);
    }
    batches.requireFit(codes, Objects.requireNonNull(x, "the batch that was encoded"));
    return use(
        () -> {
          INDArray given = batches.rows(x);
          INDArray reconstruction = objective.decode(codes, given, parameters);
          if (undoes) {
            rowNorm.undo(reconstruction, given);
          }
          closeUnless(given == x, given);
          return reconstruction;
        });
  }

  /**
   * Reconstruction of a batch by its codes, {@code [rows, nOut]}.
   *
   * @param x as for {@link #encode(INDArray)}
   */
  public INDArray reconstruct(INDArray x) {
    Codes codes = encode(x);
    try {
      return decode(codes, x);
    } finally {
      codes.release();
    }
  }

  private <T> T use(Supplier<T> work) {
    return memory.use(
        () -> {
          requireMemory();
          if (rule == null) {
            checkWeights();
          }
          return work.get();
        });
  }

  private synchronized void checkWeights() {
    if (rule == null) {
      WeightCheck.requireFinite(parameters);
      rule = variant.inference(parameters);
    }
  }

  private void requireMemory() {
    if (freed) {
      throw new IllegalStateException("this SparseAutoencoder was freed and cannot be used again");
    }
  }

  /**
   * Frees the weights and all native memory at once instead of when the collector does, after the
   * batches that other threads are working on. Later calls get an IllegalStateException.
   */
  public void free() {
    memory.change(
        () -> {
          if (freed) {
            return;
          }
          freed = true;
          engine.release();
          freePursuits();
          for (INDArray matrix : new INDArray[] {parameters.wEnc(), parameters.wDec()}) {
            if (matrix.closeable()) {
              matrix.close();
            }
          }
        });
  }

  private void freePursuits() {
    synchronized (pursuits) {
      for (WeakReference<PursuitEncoder> pursuit : pursuits) {
        PursuitEncoder search = pursuit.get();
        if (search != null) {
          search.free();
        }
      }
    }
  }
}
