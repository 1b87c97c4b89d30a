package io.github.sae4j.checkpoint;

import io.github.sae4j.cpu.FlatFloats;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.format.SafetensorsFile;
import io.github.sae4j.format.SafetensorsWriter;
import io.github.sae4j.format.TensorInfo;
import io.github.sae4j.variant.Gated;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.SaeParameters;
import io.github.sae4j.variant.Variant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The tensors of {@code sae_weights.safetensors}. */
final class SaeWeights {
  private static final int RUN = 1 << 16;
  private static final String W_ENC = "W_enc";
  private static final String B_ENC = "b_enc";
  private static final String W_DEC = "W_dec";
  private static final String B_DEC = "b_dec";
  private static final String B_GATE = "b_gate";
  private static final String W_SKIP = "W_skip";
  private static final String THRESHOLD = "threshold";
  private static final String LOG_THRESHOLD = "log_threshold";

  private SaeWeights() {}

  static void write(Path file, SaeParameters p, Variant variant) throws IOException {
    if (p.wEnc().dataType() != DataType.FLOAT) {
      throw new IllegalArgumentException(
          "an SAE directory holds float32 weights, but these are " + p.wEnc().dataType());
    }
    long nIn = p.nIn();
    long nOut = p.nOut();
    long nLatents = p.nLatents();
    FlatFloats columns = FlatFloats.forReading(p.wEnc().transpose());
    SafetensorsWriter writer =
        new SafetensorsWriter()
            .floats(W_ENC, new TransposedRows(columns, p.nIn())::get, nIn, nLatents)
            .floats(encoderBias(variant), FlatFloats.forReading(p.bEnc())::get, nLatents)
            .floats(W_DEC, FlatFloats.forReading(p.wDec())::get, nLatents, nOut)
            .floats(B_DEC, FlatFloats.forReading(p.bDec())::get, nOut);
    if (p.skips()) {
      FlatFloats skip = FlatFloats.forReading(p.get(ParameterLayout.SKIP));
      writer.floats(W_SKIP, new TransposedRows(skip, p.nOut())::get, nOut, nIn);
    }
    for (Variant.Extra extra : variant.extras()) {
      float[] values = new float[p.nLatents()];
      INDArray array = p.get(extra.key());
      for (int l = 0; l < values.length; l++) {
        values[l] = array.getFloat(extra.perLatent() ? l : 0);
      }
      writer.floats(name(extra), values, nLatents);
    }
    writer.metadata("format", "pt").write(file);
  }

  private static String encoderBias(Variant variant) {
    return variant instanceof Gated ? B_GATE : B_ENC;
  }

  /** SAELens' name of an array. */
  private static String name(Variant.Extra extra) {
    if (extra.equals(Gated.R_MAG)) {
      return "r_mag";
    }
    return extra.equals(Gated.B_MAG) ? "b_mag" : extra.key();
  }

  static SaeParameters read(SafetensorsFile file, SaeConfig config) throws IOException {
    int nIn = config.nIn();
    int nOut = config.nOut();
    int nLatents = config.nLatents();
    Variant variant = config.variant();
    INDArray wEnc = matrix(nIn, nLatents, 'f');
    TransposedRows encoder = new TransposedRows(FlatFloats.of(wEnc.transpose()), nIn);
    copy(
        file,
        tensor(file, W_ENC, nIn, nLatents),
        encoder.rowsPerBlock() * nLatents,
        encoder::putRows);
    INDArray bEnc = vector(file, encoderBias(variant), nLatents);
    INDArray wDec = matrix(nLatents, nOut, 'c');
    copy(file, tensor(file, W_DEC, nLatents, nOut), RUN, FlatFloats.of(wDec)::put);
    INDArray bDec = vector(file, B_DEC, nOut);
    Map<String, INDArray> more = new LinkedHashMap<>();
    if (config.form() == ParameterLayout.Form.SKIP_TRANSCODER) {
      more.put(ParameterLayout.SKIP, skip(file, nIn, nOut));
    }
    for (Variant.Extra extra : variant.extras()) {
      INDArray values =
          extra.key().equals(THRESHOLD)
              ? thresholds(file, nLatents)
              : vector(file, name(extra), nLatents);
      more.put(extra.key(), extra.perLatent() ? values : values.get(NDArrayIndex.interval(0, 1)));
    }
    if (config.ranksByDecoderNorm()) {
      // TopK of h·n decoded by f/n, n = ‖W_dec,i‖: the same as unit rows and an encoder times n
      INDArray norms = wDec.norm2(1);
      wEnc.muliRowVector(norms);
      bEnc.muli(norms);
      wDec.diviColumnVector(norms);
    }
    boolean transcoder = config.form().isTranscoder();
    if (!config.subtractsDecoderBias() && !transcoder) {
      // x·W + b = (x − b_dec)·W + (b + b_dec·W)
      INDArray shift = bDec.reshape(1, nIn).mmul(wEnc).reshape(nLatents);
      bEnc.addi(shift);
      if (variant instanceof Gated) {
        INDArray scale = Transforms.exp(more.get(Gated.R_MAG.key()), true);
        more.get(Gated.B_MAG.key()).addi(scale.muli(shift));
      }
    }
    boolean tied = config.form() == ParameterLayout.Form.TIED;
    return new SaeParameters(tied ? wDec.transpose() : wEnc, bEnc, wDec, bDec, more, config.form());
  }

  /**
   * SAELens' codes are never negative, so that thresholds below 0 are as good as 0; older files
   * have their logarithms.
   */
  private static INDArray thresholds(SafetensorsFile file, int nLatents) throws IOException {
    if (!file.tensors().containsKey(THRESHOLD) && file.tensors().containsKey(LOG_THRESHOLD)) {
      return Transforms.exp(vector(file, LOG_THRESHOLD, nLatents), false);
    }
    INDArray thresholds = vector(file, THRESHOLD, nLatents);
    return Transforms.max(thresholds, 0, true);
  }

  private static INDArray vector(SafetensorsFile file, String name, int length) throws IOException {
    INDArray vector = Nd4j.createUninitialized(DataType.FLOAT, length);
    copy(file, tensor(file, name, length), RUN, FlatFloats.of(vector)::put);
    return vector;
  }

  private static INDArray skip(SafetensorsFile file, int nIn, int nOut) throws IOException {
    INDArray skip = matrix(nIn, nOut, 'c');
    TransposedRows columns = new TransposedRows(FlatFloats.of(skip), nOut);
    copy(file, tensor(file, W_SKIP, nOut, nIn), columns.rowsPerBlock() * nIn, columns::putRows);
    return skip;
  }

  private static INDArray matrix(long rows, long columns, char order) {
    return Nd4j.createUninitialized(DataType.FLOAT, new long[] {rows, columns}, order);
  }

  /** Takes a run of a tensor's elements. */
  private interface Sink {
    void put(long to, float[] run, int at, int count);
  }

  private static void copy(SafetensorsFile file, TensorInfo tensor, int run, Sink sink)
      throws IOException {
    float[] values = new float[run];
    for (long done = 0; done < tensor.elements(); done += run) {
      int n = (int) Math.min(run, tensor.elements() - done);
      file.readFloats(tensor, done, n, values, 0);
      sink.put(done, values, 0, n);
    }
  }

  private static TensorInfo tensor(SafetensorsFile file, String name, int... shape)
      throws MalformedFileException {
    TensorInfo tensor = file.tensors().get(name);
    if (tensor == null) {
      throw new MalformedFileException(
          file.path(),
          -1,
          "tensor '" + name + "' is missing; it has " + String.join(", ", file.tensors().keySet()));
    }
    List<Long> expected = Arrays.stream(shape).mapToObj(n -> (long) n).toList();
    if (!tensor.shape().equals(expected)) {
      throw new MalformedFileException(
          file.path(),
          tensor.begin(),
          "tensor '%s' must have shape %s to fit d_in and d_sae, found %s"
              .formatted(name, expected, tensor.shape()));
    }
    if (!tensor.dtype().isFloat()) {
      throw new MalformedFileException(
          file.path(),
          tensor.begin(),
          "tensor '" + name + "' must hold floating point numbers, found " + tensor.dtype());
    }
    return tensor;
  }
}
