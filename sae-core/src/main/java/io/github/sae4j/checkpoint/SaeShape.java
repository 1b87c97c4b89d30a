package io.github.sae4j.checkpoint;

import io.github.sae4j.variant.SaeParameters;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The size of a stored dictionary, by its settings alone.
 *
 * @param nIn values in a row
 * @param nLatents width of the dictionary
 */
public record SaeShape(int nIn, int nLatents) {

  /** Reads the {@code cfg.json} of an SAE directory. */
  public static SaeShape read(Path directory) throws IOException {
    SaeConfig config = SaeConfig.read(directory.resolve(SaeDirectory.CONFIG));
    return new SaeShape(config.nIn(), config.nLatents());
  }

  /** Memory of the weights as float32. */
  public long bytes() {
    return SaeParameters.count(nIn, nLatents) * Float.BYTES;
  }
}
