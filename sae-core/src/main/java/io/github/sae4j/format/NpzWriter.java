package io.github.sae4j.format;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Writes a NumPy archive of float32 arrays, uncompressed. */
public final class NpzWriter {
  private NpzWriter() {}

  /** Writes the file atomically: readers see the old file or the new one. */
  public static void write(Path target, Map<String, FloatTensor> arrays) throws IOException {
    AtomicFiles.write(
        target,
        out -> {
          StoredZip zip = new StoredZip(out);
          for (Map.Entry<String, FloatTensor> array : arrays.entrySet()) {
            zip.add(array.getKey() + ".npy", body -> NpyWriter.write(array.getValue(), body));
          }
          zip.finish();
        });
  }
}
