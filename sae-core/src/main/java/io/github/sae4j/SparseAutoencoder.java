package io.github.sae4j;

import io.github.sae4j.cpu.RowVectors;
import io.github.sae4j.cpu.SharedUse;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Device;
import io.github.sae4j.engine.DeviceEngine;
import io.github.sae4j.engine.DeviceEngines;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.nd4j.NdEngine;
import io.github.sae4j.nd4j.NdTensor;
import io.github.sae4j.product.Precision;
import io.github.sae4j.pursuit.Pursuit;
import io.github.sae4j.pursuit.PursuitEncoder;
import io.github.sae4j.variant.Objective;
import io.github.sae4j.variant.Variant;
import io.github.sae4j.variant.Weights;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A trained dictionary: {@code f = select((x − b_dec)·W_enc + b_enc)}, {@code x̂ = f·W_dec +
 * b_dec}. It may normalise rows first ({@link RowNorm}).
 *
 * <p>Thread-safe: any number of threads may encode and decode at the same time, with the results
 * that a single thread would get. {@link #free} waits for them.
 *
 * <p>Its weights are assumed to be frozen: the first batch checks them and packs the encoder's into
 * {@code 4·nIn·nLatents} bytes of native memory, which are held until {@link #free}. To change the
 * arrays of {@link #parameters}, stop encoding and call {@link #weightsChanged} before the next
 * batch.
 *
 * <p>Rows may be Java or ND4J arrays. ND4J arrays may be views and may have any real type and
 * memory order; they are cast to the type of the weights, which is also the type of the results.
 */
public final class SparseAutoencoder implements Encoder {
  private final SaeParameters parameters;
  private final Variant variant;
  private final RowNorm rowNorm;
  private final NdEngine engine;
  private final Objective objective;
  private final Weights weights; // the parameters as tensors
  private final BatchRules batches;
  private final ArrayRows arrays;
  private final SharedUse memory = new SharedUse();
  private final List<WeakReference<PursuitEncoder>> pursuits = new ArrayList<>();
  private volatile Selection rule; // null until the weights have been checked
  private Device device = Device.CPU; // changed only while no call uses the memory, as is the next
  private DeviceDictionary onDevice; // null for the CPU
  private boolean freed; // written only while no call uses the memory

  /**
   * Creates a dictionary that encodes rows as they are.
   *
   * @throws IllegalArgumentException if the variant asks for more latents than there are
   */
  public SparseAutoencoder(SaeParameters parameters, Variant variant) {
    this(parameters, variant, RowNorm.NONE);
  }

  /**
   * Creates a dictionary that normalises rows first.
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
    this.weights = parameters.weights();
    this.engine = NdEngine.forType(batches.type());
    this.objective = new Objective(engine);
    engine.freeze(weights.encoder());
  }

  public int nIn() {
    return batches.nIn();
  }

  /** Returns the width of a reconstructed row: nIn, except in transcoders. */
  public int nOut() {
    return batches.nOut();
  }

  public int nLatents() {
    return batches.nLatents();
  }

  public Variant variant() {
    return variant;
  }

  /** Returns how rows are normalised before they are encoded. */
  public RowNorm rowNorm() {
    return rowNorm;
  }

  /**
   * Moves the work to a device, after waiting for batches in other threads: from now on, rows are
   * encoded and codes decoded there, in float32. Codes and reconstructions still come back to the
   * host; they differ from the CPU's by rounding, so where two pre-activations nearly tie, another
   * latent may be chosen. Weights are copied to the device once, and a batch must fit into its
   * memory too. {@link #free} gives the device back. A {@link #pursuit} stays on the CPU.
   *
   * @param wanted {@link Device#AUTO} takes a GPU if one can be used, otherwise the CPU; a GPU that
   *     was asked for is never replaced by the CPU
   * @return what was taken, and why
   * @throws IllegalArgumentException if there is no such device, it cannot be used, or the weights
   *     are not float32 or not finite
   * @throws IllegalStateException after {@link #free}
   */
  public DeviceEngines.Choice computeOn(Device wanted) {
    DeviceEngines.Choice choice = DeviceEngines.choose(wanted);
    memory.change(
        () -> {
          requireMemory();
          Optional<DeviceEngine> opened = engineOn(choice.device());
          leaveDevice();
          opened.ifPresent(found -> onDevice = new DeviceDictionary(found, parameters, variant));
          device = choice.device();
          engine.release();
        });
    return choice;
  }

  private Optional<DeviceEngine> engineOn(Device taken) {
    if (taken.kind() == Device.Kind.CPU) {
      return Optional.empty();
    }
    if (batches.type() != DataType.FLOAT) {
      throw new IllegalArgumentException(
          "a GPU computes in float32, but this dictionary is of type %s: use the CPU"
              .formatted(batches.type()));
    }
    checkWeights();
    return DeviceEngines.open(taken, Precision.FLOAT32);
  }

  private void leaveDevice() {
    if (onDevice != null) {
      onDevice.close();
      onDevice = null;
      device = Device.CPU;
    }
  }

  /** Returns where rows are encoded: the CPU, or a GPU by its number. */
  public Device device() {
    return memory.use(() -> device);
  }

  /** Returns the weights themselves, not a copy; see {@link #weightsChanged}. */
  public SaeParameters parameters() {
    return parameters;
  }

  /**
   * Makes the next batch check and pack the weights again. Call this after writing to them.
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
   * Encodes a batch.
   *
   * @param x {@code [rows, nIn]}, at least one row
   * @throws IllegalArgumentException if {@code x} has another shape or is not numeric, or a weight
   *     is not finite
   * @throws io.github.sae4j.engine.NotFiniteException if a value of {@code x} is not finite
   * @throws IllegalStateException after {@link #free}
   */
  @Override
  public Codes encode(INDArray x) {
    return use(() -> onRows(x, this::selected));
  }

  /**
   * Returns an encoder that uses only the decoder: it searches for the code of {@code x − b_dec}
   * with a pursuit. Its codes are decoded like the dictionary's own. Thread-safe; {@link #free}
   * ends it too.
   *
   * @throws IllegalArgumentException if this is a transcoder, whose decoder writes to a space other
   *     than its input's, or a weight is not finite
   */
  public Encoder pursuit(Pursuit pursuit) {
    if (!parameters.subtractsDecoderBias()) {
      throw new IllegalArgumentException(
          "a pursuit searches for its input among the decoder's directions, but a transcoder's"
              + " decoder writes another tensor");
    }
    PursuitEncoder search =
        use(() -> new PursuitEncoder(pursuit, parameters.wDec(), NdEngine.forType(batches.type())));
    synchronized (pursuits) {
      pursuits.removeIf(other -> other.get() == null);
      pursuits.add(new WeakReference<>(search));
    }
    return x -> use(() -> onRows(x, rows -> search(search, rows)));
  }

  private Codes selected(INDArray rows) {
    return onDevice != null
        ? onDevice.encode(rows)
        : objective.inference(NdTensor.of(rows), weights, variant, rule).only(engine);
  }

  private Codes search(PursuitEncoder search, INDArray rows) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
        INDArray centred = RowVectors.minus(rows, parameters.bDec())) {
      return search.encode(centred);
    }
  }

  /** Applies a function to rows as the encoder reads them, and frees any copies made for it. */
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

  /** Off-heap memory, whose size the garbage collector does not see. */
  private static void closeUnless(boolean kept, INDArray array) {
    if (!kept) {
      array.close();
    }
  }

  /**
   * Encodes one row.
   *
   * @param x {@code [nIn]}
   * @throws IllegalArgumentException if {@code x} is null, has another width or is not finite, or a
   *     weight is not finite
   * @throws IllegalStateException after {@link #free}
   */
  public SparseCode encode(float[] x) {
    arrays.requireRow(x);
    return arrays.encode(new float[][] {x}).get(0);
  }

  /**
   * Encodes each row.
   *
   * @param x {@code [rows][nIn]}, at least one row
   * @throws IllegalArgumentException if a row is null, has another width or is not finite; the
   *     message says which
   * @throws IllegalStateException after {@link #free}
   */
  public List<SparseCode> encode(float[][] x) {
    return arrays.encode(x);
  }

  /**
   * Reconstructs a row from its code, {@code [nOut]}; see {@link #decode(Codes)}.
   *
   * @throws IllegalArgumentException if the code is for a dictionary of another size
   */
  public float[] decode(SparseCode code) {
    return arrays.decode(Collections.singletonList(code))[0];
  }

  /**
   * Reconstructs rows from their codes, {@code [rows][nOut]}; see {@link #decode(Codes)}.
   *
   * @param codes the codes, at least one
   * @throws IllegalArgumentException if a code is for a dictionary of another size; the message
   *     says which
   */
  public float[][] decode(List<SparseCode> codes) {
    return arrays.decode(codes);
  }

  /**
   * Reconstructs a row from its code, or a modified one, and undoes {@link #rowNorm}, {@code
   * [nOut]}; see {@link #decode(Codes, INDArray)}.
   *
   * @param x the row before it was encoded, {@code [nIn]}
   */
  public float[] decode(SparseCode code, float[] x) {
    return arrays.decode(code, x);
  }

  /**
   * Encodes a row and reconstructs it, {@code [nOut]}.
   *
   * @param x as for {@link #encode(float[])}
   */
  public float[] reconstruct(float[] x) {
    arrays.requireRow(x);
    return arrays.reconstruct(new float[][] {x})[0];
  }

  /**
   * Encodes each row and reconstructs it, {@code [rows][nOut]}.
   *
   * @param x as for {@link #encode(float[][])}
   */
  public float[][] reconstruct(float[][] x) {
    return arrays.reconstruct(x);
  }

  /**
   * Encodes a batch stored in one Java array.
   *
   * @param x {@code [rows, nIn]}, row after row
   * @throws IllegalArgumentException if {@code x} has another length
   */
  public Codes encode(float[] x, int rows) {
    try (INDArray batch = batch(x, rows)) {
      return encode(batch);
    }
  }

  /**
   * Copies a batch from a Java array into an ND4J array of the dictionary's type.
   *
   * @param x {@code [rows, nIn]}, row after row
   * @throws IllegalArgumentException if {@code x} has another length, or there are no rows
   */
  public INDArray batch(float[] x, int rows) {
    return batches.of(x, rows);
  }

  /**
   * Reconstructs a batch from its codes, {@code [rows, nOut]}, in the scale of rows to which {@link
   * #rowNorm} has been applied.
   *
   * @throws IllegalArgumentException if the codes are for a dictionary of another size or type
   * @throws IllegalStateException if there is a skip connection, which needs the batch itself, or
   *     after {@link #free}
   */
  public INDArray decode(Codes codes) {
    if (parameters.skips()) {
      throw new IllegalStateException(
          "a transcoder with a skip connection needs the batch as well as its codes");
    }
    batches.requireFit(codes);
    return use(() -> decoded(codes, null));
  }

  /**
   * Reconstructs a batch from its codes and undoes {@link #rowNorm}, {@code [rows, nOut]}.
   *
   * @param codes the batch's codes
   * @param x the batch before it was encoded, needed for a {@link #rowNorm} or a skip connection
   * @throws IllegalArgumentException if the codes are for a dictionary of another size or type, or
   *     the batch has another shape or number of rows
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
          INDArray reconstruction = decoded(codes, given);
          if (undoes) {
            rowNorm.undo(reconstruction, given);
          }
          closeUnless(given == x, given);
          return reconstruction;
        });
  }

  private INDArray decoded(Codes codes, INDArray xOrNull) {
    if (onDevice != null) {
      return onDevice.decode(codes, parameters.skips() ? xOrNull : null);
    }
    NdTensor x = xOrNull == null ? null : NdTensor.of(xOrNull);
    return NdTensor.array(objective.decode(codes, x, weights));
  }

  /**
   * Encodes a batch and reconstructs it, {@code [rows, nOut]}.
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
      if (onDevice != null) {
        onDevice.upload(parameters);
      }
      rule = variant.inference(weights);
    }
  }

  private void requireMemory() {
    if (freed) {
      throw new IllegalStateException("this SparseAutoencoder was freed and cannot be used again");
    }
  }

  /**
   * Frees the weights and all native memory now instead of at a garbage collection, after waiting
   * for batches in other threads. Later calls throw an IllegalStateException.
   */
  public void free() {
    memory.change(
        () -> {
          if (freed) {
            return;
          }
          freed = true;
          leaveDevice();
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
