package io.github.sae4j.examples.compression;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.apply.compress.CompressionSettings;
import io.github.sae4j.apply.compress.Compressor;
import io.github.sae4j.apply.compress.SaezFile;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.MemorySource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A {@code .saez} file; its size counts all of it, header and index too. */
record SaezCodec(SparseAutoencoder sae, CompressionSettings settings, String method, String setting)
    implements Codec {
  @Override
  public Coded code(float[] rows) throws IOException {
    Path file = Files.createTempFile("study", ".saez");
    try {
      long start = System.nanoTime();
      new Compressor(sae, settings).write(MemorySource.of(rows, sae.nIn()), file, done -> {});
      long encoded = System.nanoTime();
      float[] decoded = new float[rows.length];
      try (ActivationSource read = SaezFile.open(file).rows(sae)) {
        read.read(0, rows.length / sae.nIn(), decoded, 0);
      }
      return new Coded(
          Files.size(file), new byte[0], decoded, encoded - start, System.nanoTime() - encoded);
    } finally {
      Files.delete(file);
    }
  }
}
