package io.github.sae4j.apply.search;

import io.github.sae4j.SparseCode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.lucene.util.BytesRef;

/**
 * The code of a text beside its features, to say which latents led to it: pairs of an int and a
 * float.
 */
final class StoredCode {
  private StoredCode() {}

  static byte[] bytes(SparseCode code) {
    int[] latents = code.latents();
    float[] values = code.values();
    double norm = Features.norm(code);
    ByteBuffer out = ByteBuffer.allocate(8 * latents.length);
    for (int i = 0; i < latents.length; i++) {
      out.putInt(latents[i]).putFloat((float) (values[i] / norm));
    }
    return out.array();
  }

  /**
   * Returns the latents that are also active in a query, from the one that adds most to the cosine.
   */
  static List<SearchHit.Shared> shared(SparseCode query, BytesRef bytes) {
    double norm = Features.norm(query);
    List<SearchHit.Shared> shared = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(bytes.bytes, bytes.offset, bytes.length);
    while (in.remaining() >= 8) {
      int latent = in.getInt();
      double value = in.getFloat();
      float own = query.at(latent);
      if (own != 0) {
        shared.add(new SearchHit.Shared(latent, value * (float) (own / norm)));
      }
    }
    shared.sort(Comparator.comparingDouble(SearchHit.Shared::part).reversed());
    return shared;
  }
}
