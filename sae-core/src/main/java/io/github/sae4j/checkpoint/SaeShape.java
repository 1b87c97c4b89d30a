package io.github.sae4j.checkpoint;

import io.github.sae4j.variant.ParameterLayout;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The size of a stored dictionary, read from its settings alone.
 *
 * @param nIn number of values per row
 * @param nLatents width of the dictionary
 * @param layout layout of its arrays
 */
public record SaeShape(int nIn, int nLatents, ParameterLayout layout) {

  /** Reads the {@code cfg.json} of an SAE directory. */
  public static SaeShape read(Path directory) throws IOException {
    SaeConfig config = SaeLensReader.read(directory.resolve(SaeLensLayout.CONFIG));
    ParameterLayout layout =
        new ParameterLayout(
            config.nIn(),
            config.nOut(),
            config.nLatents(),
            config.form(),
            config.variant().extras());
    return new SaeShape(config.nIn(), config.nLatents(), layout);
  }

  /** Returns the memory of the weights as float32, in bytes. */
  public long bytes() {
    return layout.count() * Float.BYTES;
  }
}
