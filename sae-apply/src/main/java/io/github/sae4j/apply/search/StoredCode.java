package io.github.sae4j.apply.search;

import io.github.sae4j.SparseCode;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
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
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    double norm = squares == 0 ? 1 : Math.sqrt(squares);
    ByteBuffer out = ByteBuffer.allocate(8 * latents.length);
    for (int i = 0; i < latents.length; i++) {
      out.putInt(latents[i]).putFloat((float) (values[i] / norm));
    }
    return out.array();
  }

  static Map<Integer, Float> read(BytesRef bytes) {
    Map<Integer, Float> code = new HashMap<>();
    ByteBuffer in = ByteBuffer.wrap(bytes.bytes, bytes.offset, bytes.length);
    while (in.remaining() >= 8) {
      code.put(in.getInt(), in.getFloat());
    }
    return code;
  }
}
