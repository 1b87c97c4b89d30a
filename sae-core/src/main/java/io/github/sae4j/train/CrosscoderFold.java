package io.github.sae4j.train;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.dictionary.SaeParameters;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Converts a crosscoder of transformed sources into one of untransformed sources. With {@code xₚ' =
 * sₚ·(xₚ − μₚ)} for source p, codes do not change:
 *
 * <pre>W_enc,p ← sₚ·W_enc,p   W_dec,p ← W_dec,p/sₚ   b_dec,p ← b_dec,p/sₚ + μₚ</pre>
 *
 * <p>Weights are no longer tied, and decoder rows no longer have norm 1.
 */
final class CrosscoderFold {
  private CrosscoderFold() {}

  /** Changes the weights in place. */
  static SparseAutoencoder fold(
      SparseAutoencoder sae, RowParts parts, List<InputTransform> transforms) {
    SaeParameters p = sae.parameters().untied();
    for (int part = 0; part < parts.count(); part++) {
      InputTransform transform = transforms.get(part);
      INDArrayIndex columns = NDArrayIndex.interval(parts.from(part), parts.from(part + 1));
      p.wEnc().get(columns, NDArrayIndex.all()).muli(transform.factor());
      p.wDec().get(NDArrayIndex.all(), columns).divi(transform.factor());
      INDArray bias = p.bDec().get(columns);
      bias.divi(transform.factor());
      transform.addMeanTo(bias);
    }
    return new SparseAutoencoder(p, sae.variant());
  }
}
