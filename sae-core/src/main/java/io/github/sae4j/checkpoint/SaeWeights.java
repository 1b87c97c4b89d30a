package io.github.sae4j.checkpoint;

import io.github.sae4j.cpu.FlatFloats;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.format.SafetensorsFile;
import io.github.sae4j.format.SafetensorsWriter;
import io.github.sae4j.format.TensorInfo;
import io.github.sae4j.variant.SaeParameters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The four tensors of {@code sae_weights.safetensors}. */
final class SaeWeights {
  private static final int RUN = 1 << 16;
  private static final String W_ENC = "W_enc";
  private static final String B_ENC = "b_enc";
  private static final String W_DEC = "W_dec";
  private static final String B_DEC = "b_dec";

  private SaeWeights() {}

  static void write(Path file, SaeParameters p) throws IOException {
    if (p.wEnc().dataType() != DataType.FLOAT) {
      throw new IllegalArgumentException(
          "an SAE directory holds float32 weights, but these are " + p.wEnc().dataType());
    }
    long nIn = p.nIn();
    long nLatents = p.nLatents();
    FlatFloats columns = FlatFloats.forReading(p.wEnc().transpose());
    new SafetensorsWriter()
        .floats(W_ENC, new TransposedRows(columns, p.nIn())::get, nIn, nLatents)
        .floats(B_ENC, FlatFloats.forReading(p.bEnc())::get, nLatents)
        .floats(W_DEC, FlatFloats.forReading(p.wDec())::get, nLatents, nIn)
        .floats(B_DEC, FlatFloats.forReading(p.bDec())::get, nIn)
        .metadata("format", "pt")
        .write(file);
  }

  static SaeParameters read(SafetensorsFile file, SaeConfig config) throws IOException {
    int nIn = config.nIn();
    int nLatents = config.nLatents();
    INDArray wEnc = matrix(nIn, nLatents, 'f');
    INDArray bEnc = Nd4j.createUninitialized(DataType.FLOAT, nLatents);
    INDArray wDec = matrix(nLatents, nIn, 'c');
    INDArray bDec = Nd4j.createUninitialized(DataType.FLOAT, nIn);
    TransposedRows encoder = new TransposedRows(FlatFloats.of(wEnc.transpose()), nIn);
    int rows = encoder.rowsPerBlock();
    copy(file, tensor(file, W_ENC, nIn, nLatents), rows * nLatents, encoder::putRows);
    copy(file, tensor(file, B_ENC, nLatents), RUN, FlatFloats.of(bEnc)::put);
    copy(file, tensor(file, W_DEC, nLatents, nIn), RUN, FlatFloats.of(wDec)::put);
    copy(file, tensor(file, B_DEC, nIn), RUN, FlatFloats.of(bDec)::put);
    if (config.ranksByDecoderNorm()) {
      // TopK of h·n decoded by f/n, n = ‖W_dec,i‖: the same as unit rows and an encoder times n
      INDArray norms = wDec.norm2(1);
      wEnc.muliRowVector(norms);
      bEnc.muli(norms);
      wDec.diviColumnVector(norms);
    }
    if (!config.subtractsDecoderBias()) {
      // x·W + b = (x − b_dec)·W + (b + b_dec·W)
      bEnc.addi(bDec.reshape(1, nIn).mmul(wEnc).reshape(nLatents));
    }
    return new SaeParameters(wEnc, bEnc, wDec, bDec);
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
