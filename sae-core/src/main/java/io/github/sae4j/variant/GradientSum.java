package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.RowGradient;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Collects the terms of a loss's gradient. */
final class GradientSum {
  private final Engine engine;
  private final INDArray centred;
  private final List<RowGradient.Term> encoder = new ArrayList<>();
  private final List<RowGradient.Term> decoder = new ArrayList<>();
  private INDArray bEnc;
  private INDArray bDec;

  /**
   * @param centred {@code x − b_dec}, {@code [rows, nIn]}, what the encoder saw
   */
  GradientSum(Engine engine, INDArray centred) {
    this.engine = engine;
    this.centred = centred;
  }

  /** Of codes that decoded to something whose gradient is {@code scale·y}: W_dec. */
  void addDecoder(Codes codes, INDArray y, double scale) {
    decoder.add(new RowGradient.Term(codes, y, scale));
  }

  /** Of a gradient {@code scale·y} at the reconstruction: b_dec. */
  void addDecoderBias(INDArray y, double scale) {
    bDec = plus(bDec, engine.columnSums(y).muli(scale));
  }

  /** Of a gradient {@code scale·dPre} at the pre-activations: W_enc, b_enc, and b_dec. */
  void addEncoder(Codes dPre, double scale) {
    encoder.add(new RowGradient.Term(dPre, centred, scale));
    bEnc = plus(bEnc, engine.latentSums(dPre).muli(scale));
  }

  /**
   * The sum.
   *
   * @param alongDecoder a part of W_dec's gradient along its rows, {@code [nLatents]}, or null
   */
  SaeGradients end(SaeParameters p, INDArray alongDecoder) {
    INDArray throughEncoder = engine.combineRows(bEnc, p.wEnc().transpose());
    INDArray toBDec = bDec == null ? Nd4j.zerosLike(throughEncoder) : bDec;
    return new SaeGradients(
        new RowGradient(encoder, null),
        bEnc,
        new RowGradient(decoder, alongDecoder),
        toBDec.subi(throughEncoder));
  }

  private static INDArray plus(INDArray sum, INDArray more) {
    return sum == null ? more : sum.addi(more);
  }
}
