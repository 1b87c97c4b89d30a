package io.github.sae4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.Bits;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.dictionary.FlatParameters;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.nd4j.NdCodes;
import io.github.sae4j.variant.Gated;
import io.github.sae4j.variant.JumpRelu;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.ParameterLayout.Form;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class RowTransformTest {
  private static final RowParts PARTS = RowParts.inputAndTarget(2, 1);

  @Test
  void scalesInputAndTargetByTheirOwnNumbers() {
    // inputs (3, 4) and (0, 5) of mean square 25; targets 2 and 2·√7 of mean square 16
    float far = (float) (2 * Math.sqrt(7));
    float[] rows = {3, 4, 2, 0, 5, far};
    RowTransform transform = estimate(InputNormalisation.UNIT, PARTS, rows.clone());
    assertEquals(.2, transform.factors().get(0), 1e-7);
    assertEquals(.25, transform.factors().get(1), 1e-7);
    transform.apply(rows);
    assertArrayEquals(new float[] {.6f, .8f, .5f, 0, 1, far / 4}, rows, 1e-6f);
  }

  @Test
  void centresBothAndIsMadeAgainOfItsNumbers() {
    float[] rows = {3, 4, 2, 5, 0, 8};
    RowTransform transform = estimate(InputNormalisation.CENTRE, PARTS, rows.clone());
    assertArrayEquals(new float[] {4, 2, 5}, transform.mean(), 1e-6f);
    RowTransform again = RowTransform.of(transform.kind(), transform.factors(), transform.mean());
    again.apply(rows);
    assertArrayEquals(new float[] {-1, 2, -3, 1, -2, 3}, rows, 1e-6f);
  }

  @Test
  void sourcesOfACrosscoderShareAMeanSquareOf1() {
    // mean squares 25 and 16 of the sources, each of which becomes 1/2
    float far = (float) (2 * Math.sqrt(7));
    float[] rows = {3, 4, 2, 0, 5, far};
    RowTransform transform =
        estimate(InputNormalisation.UNIT, RowParts.sources(List.of(2, 1)), rows.clone());
    assertEquals(.2 / Math.sqrt(2), transform.factors().get(0), 1e-7);
    assertEquals(.25 / Math.sqrt(2), transform.factors().get(1), 1e-7);
    RowTransform again = RowTransform.of(transform.kind(), transform.factors(), transform.mean());
    again.apply(rows);
    double squares = 0;
    for (float value : rows) {
      squares += value * value;
    }
    assertEquals(1, squares / 2, 1e-6);
  }

  @ParameterizedTest
  @EnumSource(
      value = InputNormalisation.class,
      names = {"NONE", "UNIT", "ROOT_WIDTH", "CENTRE", "CENTRE_UNIT"})
  void foldedCrosscoderHasTheSameCodesAndItsSourcesAsTheyAre(InputNormalisation kind) {
    Nd4j.getRandom().setSeed(4);
    RowParts parts = RowParts.sources(List.of(8, 6, 3));
    INDArray raw = Nd4j.randn(50, 17).muli(25).addi(3).addiRowVector(Nd4j.randn(17).muli(10));
    raw.get(NDArrayIndex.all(), NDArrayIndex.interval(8, 14)).muli(70);
    float[] values = raw.dup('c').data().asFloat();
    RowTransform transform = estimate(kind, parts, values.clone());
    transform.apply(values);
    INDArray transformed = Nd4j.createFromArray(values).reshape('c', 50, 17);
    for (Form form : List.of(Form.AUTOENCODER, Form.TIED)) {
      for (Variant variant :
          List.of(
              new TopK(4, 0, 0),
              new ReluL1(.1, ReluL1.Weighting.DECODER_NORM, false, List.of(8, 6, 3)),
              new JumpRelu(.1),
              new Gated(.1),
              new SigmoidKl(.1, 1))) {
        ParameterLayout layout = new ParameterLayout(17, 17, 20, form, variant.extras());
        SparseAutoencoder sae = new SparseAutoencoder(parameters(layout), variant);
        INDArray codes = NdCodes.matrix(sae.encode(transformed));
        INDArray expected = sae.reconstruct(transformed);
        for (int part = 0; part < 3; part++) {
          expected
              .get(
                  NDArrayIndex.all(), NDArrayIndex.interval(parts.from(part), parts.from(part + 1)))
              .divi(transform.factors().get(part));
        }
        if (transform.mean().length > 0) {
          expected.addiRowVector(Nd4j.createFromArray(transform.mean()));
        }
        SparseAutoencoder folded = transform.fold(sae);
        requireNear(codes, NdCodes.matrix(folded.encode(raw)), variant + " codes, " + form);
        requireNear(expected, folded.reconstruct(raw), variant + " rows, " + form);
      }
    }
  }

  private static void requireNear(INDArray expected, INDArray found, String what) {
    double apart = expected.sub(found).amaxNumber().doubleValue();
    double size = expected.amaxNumber().doubleValue();
    assertTrue(apart < 1e-4 * size, what + ": " + apart + " of " + size);
  }

  private static RowTransform estimate(InputNormalisation kind, RowParts parts, float[] rows) {
    RowSample sample = new RowSample(rows, rows.length / parts.width(), parts.width());
    return RowTransform.estimate(new RowTransform.Kind(kind, parts), sample, "rows");
  }

  @ParameterizedTest
  @EnumSource(
      value = InputNormalisation.class,
      names = {"NONE", "UNIT", "ROOT_WIDTH", "CENTRE", "CENTRE_UNIT"})
  void foldedTranscoderDoesOnRawRowsWhatTheOtherDoesOnTransformedOnes(InputNormalisation kind) {
    Nd4j.getRandom().setSeed(4);
    RowParts parts = RowParts.inputAndTarget(8, 6);
    INDArray raw = Nd4j.randn(50, 14).muli(25).addi(3).addiRowVector(Nd4j.randn(14).muli(10));
    raw.get(NDArrayIndex.all(), NDArrayIndex.interval(8, 14)).muli(7);
    float[] values = raw.dup('c').data().asFloat();
    RowTransform transform = estimate(kind, parts, values.clone());
    transform.apply(values);
    INDArray transformed = inputs(Nd4j.createFromArray(values).reshape('c', 50, 14));
    for (Form form : List.of(Form.TRANSCODER, Form.SKIP_TRANSCODER)) {
      for (Variant variant :
          List.of(
              new TopK(4, 0, 0),
              new ReluL1(.1, ReluL1.Weighting.DECODER_NORM),
              new JumpRelu(.1),
              new Gated(.1),
              new SigmoidKl(.1, 1))) {
        SaeParameters p = parameters(new ParameterLayout(8, 6, 20, form, variant.extras()));
        INDArray expected = new SparseAutoencoder(p, variant).reconstruct(transformed);
        expected.divi(transform.factors().get(1));
        if (transform.mean().length > 0) {
          expected.addiRowVector(
              Nd4j.createFromArray(transform.mean()).get(NDArrayIndex.interval(8, 14)));
        }
        SparseAutoencoder folded = transform.fold(new SparseAutoencoder(p.copy(), variant));
        INDArray found = folded.reconstruct(inputs(raw));
        requireNear(expected, found, variant + " " + form);
        if (variant.isHomogeneous()) {
          Bits.assertSame(p.wDec(), folded.parameters().wDec());
        }
      }
    }
  }

  private static INDArray inputs(INDArray rows) {
    return rows.get(NDArrayIndex.all(), NDArrayIndex.interval(0, 8)).dup('c');
  }

  private static SaeParameters parameters(ParameterLayout layout) {
    SaeParameters p =
        FlatParameters.of(layout, FlatParameters.cut(layout, Nd4j.randn(1, layout.count())));
    p.bEnc().muli(.1);
    p.extras().values().forEach(extra -> extra.assign(Nd4j.rand(extra.shape()).muli(.1).addi(.05)));
    return p;
  }
}
