package io.github.sae4j.checkpoint;

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
    new SafetensorsWriter()
        .floats(W_ENC, rowMajor(p.wEnc()), nIn, nLatents)
        .floats(B_ENC, rowMajor(p.bEnc()), nLatents)
        .floats(W_DEC, rowMajor(p.wDec()), nLatents, nIn)
        .floats(B_DEC, rowMajor(p.bDec()), nIn)
        .metadata("format", "pt")
        .write(file);
  }

  static SaeParameters read(SafetensorsFile file, SaeConfig config) throws IOException {
    int nIn = config.nIn();
    int nLatents = config.nLatents();
    INDArray wEnc = array(file, W_ENC, nIn, nLatents);
    INDArray bEnc = array(file, B_ENC, nLatents);
    INDArray wDec = array(file, W_DEC, nLatents, nIn);
    INDArray bDec = array(file, B_DEC, nIn);
    if (config.ranksByDecoderNorm()) {
      // TopK of h·n decoded by f/n, n = ‖W_dec,i‖: the same as unit rows and an encoder times n
      INDArray norms = wDec.norm2(1);
      wEnc = wEnc.mulRowVector(norms);
      bEnc = bEnc.mul(norms);
      wDec = wDec.divColumnVector(norms);
    }
    if (!config.subtractsDecoderBias()) {
      // x·W + b = (x − b_dec)·W + (b + b_dec·W)
      INDArray shift = bDec.reshape(1, nIn).mmul(wEnc).reshape(nLatents);
      bEnc = bEnc.add(shift);
    }
    return new SaeParameters(wEnc.dup('f'), bEnc, wDec.dup('c'), bDec);
  }

  private static float[] rowMajor(INDArray array) {
    return array.dup('c').data().asFloat();
  }

  private static INDArray array(SafetensorsFile file, String name, int... shape)
      throws IOException {
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
    INDArray flat = Nd4j.createFromArray(file.readAllFloats(name));
    return shape.length == 1 ? flat : flat.reshape('c', shape);
  }
}
