package io.github.sae4j;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.pursuit.Pursuit;
import io.github.sae4j.pursuit.PursuitEncoder;
import io.github.sae4j.variant.Objective;
import io.github.sae4j.variant.SaeParameters;
import io.github.sae4j.variant.Variant;
import java.util.Arrays;
import java.util.Objects;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A trained dictionary: {@code f = select((x − b_dec)·W_enc + b_enc)}, {@code x̂ = f·W_dec +
 * b_dec}, of rows that may be normalised first ({@link RowNorm}). Immutable as long as nobody
 * writes to its arrays; {@link #encode} and {@link #decode} use scratch memory and are not
 * thread-safe.
 */
public final class SparseAutoencoder implements Encoder {
  private final SaeParameters parameters;
  private final Variant variant;
  private final RowNorm rowNorm;
  private final Engine engine;
  private final Objective objective;

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
    this.engine = Engine.forType(parameters.wEnc().dataType());
    this.objective = new Objective(engine);
  }

  public int nIn() {
    return parameters.nIn();
  }

  /** Values of a row of the reconstruction: of nIn, but for transcoders. */
  public int nOut() {
    return parameters.nOut();
  }

  public int nLatents() {
    return parameters.nLatents();
  }

  public Variant variant() {
    return variant;
  }

  /** What is done to rows before they are encoded. */
  public RowNorm rowNorm() {
    return rowNorm;
  }

  /** The weights themselves, not a copy. */
  public SaeParameters parameters() {
    return parameters;
  }

  /**
   * Codes of a batch.
   *
   * @param x {@code [rows, nIn]}
   */
  @Override
  public Codes encode(INDArray x) {
    requireRows(x);
    INDArray rows = rowNorm.apply(x);
    Codes codes = objective.inference(rows, parameters, variant).only();
    if (rows != x) {
      rows.close(); // off-heap: the garbage collector does not see how much it is
    }
    return codes;
  }

  /**
   * An encoder that reads the decoder alone: it searches the codes of {@code x − b_dec} by a
   * pursuit. What it finds is decoded as this dictionary's own codes are.
   *
   * @throws IllegalArgumentException if this is a transcoder, whose decoder writes in another space
   *     than its input's, or a decoder weight is not finite
   */
  public Encoder pursuit(Pursuit pursuit) {
    if (!parameters.subtractsDecoderBias()) {
      throw new IllegalArgumentException(
          "a pursuit searches for its input among the decoder's directions, but a transcoder's"
              + " decoder writes another tensor");
    }
    PursuitEncoder search = new PursuitEncoder(pursuit, parameters.wDec(), engine);
    return x -> {
      requireRows(x);
      INDArray rows = rowNorm.apply(x);
      try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
          INDArray centred = Nd4j.createUninitialized(rows.dataType(), rows.shape(), 'c')) {
        centred.assign(rows).subiRowVector(parameters.bDec());
        return search.encode(centred);
      } finally {
        if (rows != x) {
          rows.close();
        }
      }
    };
  }

  private void requireRows(INDArray x) {
    if (x.rank() != 2 || x.size(1) != nIn()) {
      throw new IllegalArgumentException(
          "activations must be [rows, %d], got %s".formatted(nIn(), x.shapeInfoToString()));
    }
  }

  /**
   * Codes of a batch that lies in a Java array.
   *
   * @param x {@code [rows, nIn]}, row after row from the array's start
   */
  public Codes encode(float[] x, int rows) {
    return encode(batch(x, rows));
  }

  /**
   * A batch that lies in a Java array, as ND4J has it, in the precision of the dictionary.
   *
   * @param x {@code [rows, nIn]}, row after row from the array's start
   */
  public INDArray batch(float[] x, int rows) {
    int length = Math.multiplyExact(rows, nIn());
    float[] exact = x.length == length ? x : Arrays.copyOf(x, length);
    INDArray floats = Nd4j.createFromArray(exact).reshape('c', rows, nIn());
    DataType type = parameters.wEnc().dataType();
    return type == DataType.FLOAT ? floats : floats.castTo(type);
  }

  /**
   * Reconstructions of a batch, {@code [rows, nOut]}: of its rows as they are encoded, after {@link
   * #rowNorm}.
   *
   * @throws IllegalStateException if there is a skip, which reads the batch itself
   */
  public INDArray decode(Codes codes) {
    if (parameters.skips()) {
      throw new IllegalStateException("a transcoder with a skip needs the batch beside its codes");
    }
    return objective.decode(codes, null, parameters);
  }

  /**
   * Reconstructions of a batch as it was before it was encoded, {@code [rows, nOut]}.
   *
   * @param codes of the batch
   * @param x the batch, which is needed where there is a {@link #rowNorm} or a skip
   */
  public INDArray decode(Codes codes, INDArray x) {
    INDArray reconstruction = objective.decode(codes, x, parameters);
    if (!parameters.form().isTranscoder()) { // whose target is another tensor
      rowNorm.undo(reconstruction, x);
    }
    return reconstruction;
  }

  /** Reconstruction of a batch by its codes, {@code [rows, nOut]}. */
  public INDArray reconstruct(INDArray x) {
    return decode(encode(x), x);
  }

  /**
   * Frees the weights and the engine's memory at once, for those who cannot wait until the
   * collector does; the dictionary is of no use after that.
   */
  public void free() {
    engine.release();
    for (INDArray matrix : new INDArray[] {parameters.wEnc(), parameters.wDec()}) {
      if (matrix.closeable()) {
        matrix.close();
      }
    }
  }
}
