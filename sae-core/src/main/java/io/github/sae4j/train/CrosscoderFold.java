package io.github.sae4j.train;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.variant.SaeParameters;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A crosscoder of transformed sources becomes one of sources as they are. With {@code xₚ' = sₚ·(xₚ
 * − μₚ)} for source p, codes stay what they were:
 *
 * <pre>W_enc,p ← sₚ·W_enc,p   W_dec,p ← W_dec,p/sₚ   b_dec,p ← b_dec,p/sₚ + μₚ</pre>
 *
 * <p>Tied weights come apart, and decoder rows are no longer of norm 1.
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
