package io.github.sae4j.checkpoint;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.cpu.HostFloats;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.format.SafetensorsWriter;
import io.github.sae4j.format.TensorInfo;
import io.github.sae4j.nd4j.Nd4jEngine;
import io.github.sae4j.nd4j.NdTensor;
import io.github.sae4j.product.MatrixProduct;
import io.github.sae4j.variant.Architecture;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.ParameterLayout.Form;
import io.github.sae4j.variant.Variant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The tensors of {@code sae_weights.safetensors}. */
final class SaeWeights {
  private static final int RUN = 1 << 16;
  static final String W_ENC = "W_enc";
  static final String B_ENC = "b_enc";
  static final String W_DEC = "W_dec";
  static final String B_DEC = "b_dec";
  static final String B_GATE = "b_gate";
  static final String W_SKIP = "W_skip";
  static final String THRESHOLD = "threshold";
  static final String LOG_THRESHOLD = "log_threshold";
  static final String FINETUNED = "finetuning_scaling_factor";

  private SaeWeights() {}

  static void write(Path file, SaeParameters p, Variant variant) throws IOException {
    WeightArrays arrays = new WeightArrays(p);
    SafetensorsWriter writer =
        new SafetensorsWriter()
            .floats(W_ENC, arrays.wEnc())
            .floats(encoderBias(variant), arrays.bEnc())
            .floats(W_DEC, arrays.wDec())
            .floats(B_DEC, arrays.bDec());
    if (p.skips()) {
      writer.floats(W_SKIP, arrays.skipTransposed());
    }
    for (Variant.Extra extra : variant.extras()) {
      writer.floats(extra.tensor(), arrays.extra(extra));
    }
    writer.metadata("format", "pt").write(file);
  }

  static String encoderBias(Variant variant) {
    return variant.architecture() == Architecture.GATED ? B_GATE : B_ENC;
  }

  /** Returns the dictionary of a configuration. */
  static StoredSae readSae(WeightFile file, SaeConfig config) throws IOException {
    SaeParameters parameters = read(file, config, -1);
    return new StoredSae(
        new SparseAutoencoder(parameters, config.variant(), config.rowNorm()), config.provenance());
  }

  /**
   * @param threshold threshold of all latents if the file has none; otherwise negative
   */
  static SaeParameters read(WeightFile file, SaeConfig config, float threshold) throws IOException {
    int nIn = config.nIn();
    int nOut = config.nOut();
    int nLatents = config.nLatents();
    Variant variant = config.variant();
    TensorInfo storedEncoder = file.tensor(W_ENC, nIn, nLatents); // before allocating memory for it
    TensorInfo storedDecoder = file.tensor(W_DEC, nLatents, nOut);
    INDArray wEnc = matrix(nIn, nLatents, 'f');
    TransposedRows encoder = new TransposedRows(HostFloats.of(wEnc.transpose()), nIn);
    file.copy(storedEncoder, encoder.rowsPerBlock() * nLatents, encoder::putRows);
    INDArray bEnc = vector(file, encoderBias(variant), nLatents);
    INDArray wDec = matrix(nLatents, nOut, 'c');
    file.copy(storedDecoder, RUN, HostFloats.of(wDec)::put);
    INDArray bDec = vector(file, B_DEC, nOut);
    Map<String, INDArray> more = new LinkedHashMap<>();
    if (config.form() == Form.SKIP_TRANSCODER) {
      more.put(ParameterLayout.SKIP, skip(file, nIn, nOut));
    }
    for (Variant.Extra extra : variant.extras()) {
      INDArray values =
          extra.key().equals(THRESHOLD)
              ? thresholds(file, nLatents, threshold)
              : vector(file, extra.tensor(), nLatents);
      more.put(extra.key(), extra.perLatent() ? values : values.get(NDArrayIndex.interval(0, 1)));
    }
    if (file.has(FINETUNED)) {
      wDec.muliColumnVector(vector(file, FINETUNED, nLatents));
    }
    if (config.with().decoderNorms()) {
      foldDecoderNorms(wEnc, bEnc, wDec);
    }
    boolean tied = config.form() == Form.TIED && sameNumbers(wEnc, wDec);
    Form form = config.form() == Form.TIED && !tied ? Form.AUTOENCODER : config.form();
    SaeParameters p =
        new SaeParameters(tied ? wDec.transpose() : wEnc, bEnc, wDec, bDec, more, form);
    if (!config.subtractsDecoderBias() && !config.form().isTranscoder()) {
      // x·W + b = (x − b_dec)·W + (b + b_dec·W)
      variant.shift(p.weights(), NdTensor.of(MatrixProduct.rowTimes(bDec, wEnc)), new Nd4jEngine());
    }
    return p;
  }

  /**
   * Folds decoder norms: coding {@code h·n} and decoding {@code f/n}, with {@code n = ‖W_dec,i‖},
   * equals unit decoder rows with an encoder multiplied by n. Thresholds already apply to {@code
   * h·n}.
   */
  private static void foldDecoderNorms(INDArray wEnc, INDArray bEnc, INDArray wDec) {
    try (INDArray norms = wDec.norm2(1)) {
      wEnc.muliRowVector(norms);
      bEnc.muli(norms);
      wDec.diviColumnVector(Folding.withoutZeros(norms));
    }
  }

  /** Whether the encoder, in f order, is bit for bit the decoder's transpose. */
  private static boolean sameNumbers(INDArray wEnc, INDArray wDec) {
    HostFloats encoder = HostFloats.forReading(wEnc.transpose());
    HostFloats decoder = HostFloats.forReading(wDec);
    float[] of = new float[RUN];
    float[] and = new float[RUN];
    for (long done = 0; done < decoder.length(); done += RUN) {
      int n = (int) Math.min(RUN, decoder.length() - done);
      encoder.get(done, of, 0, n);
      decoder.get(done, and, 0, n);
      if (!Arrays.equals(of, 0, n, and, 0, n)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Reads thresholds. Codes are never negative, so negative thresholds act as 0, and nothing
   * exceeds a NaN; older files store logarithms.
   */
  private static INDArray thresholds(WeightFile file, int nLatents, float all) throws IOException {
    if (all >= 0) {
      return Nd4j.valueArrayOf(new long[] {nLatents}, all, DataType.FLOAT);
    }
    boolean logarithms = file.has(LOG_THRESHOLD);
    String name = logarithms ? LOG_THRESHOLD : THRESHOLD;
    file.tensor(name, nLatents);
    float[] thresholds = file.all(name);
    for (int l = 0; l < nLatents; l++) {
      float t = logarithms ? (float) Math.exp(thresholds[l]) : thresholds[l];
      thresholds[l] = Float.isNaN(t) ? Float.POSITIVE_INFINITY : Math.max(t, 0);
    }
    return Nd4j.createFromArray(thresholds);
  }

  private static INDArray vector(WeightFile file, String name, int length) throws IOException {
    INDArray vector = Nd4j.createUninitialized(DataType.FLOAT, length);
    file.copy(file.tensor(name, length), RUN, HostFloats.of(vector)::put);
    return vector;
  }

  private static INDArray skip(WeightFile file, int nIn, int nOut) throws IOException {
    INDArray skip = matrix(nIn, nOut, 'c');
    TransposedRows columns = new TransposedRows(HostFloats.of(skip), nOut);
    file.copy(file.tensor(W_SKIP, nOut, nIn), columns.rowsPerBlock() * nIn, columns::putRows);
    return skip;
  }

  private static INDArray matrix(long rows, long columns, char order) {
    return Nd4j.createUninitialized(DataType.FLOAT, new long[] {rows, columns}, order);
  }
}
