package io.github.sae4j.checkpoint;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.format.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** SAELens; see {@link SaeDirectory}. */
final class SaeLensLayout implements SaeLayout {
  static final String CONFIG = "cfg.json";
  static final String WEIGHTS = "sae_weights.safetensors";

  @Override
  public boolean isAt(Path path) {
    return Files.isRegularFile(path.resolve(CONFIG)) && Files.isRegularFile(path.resolve(WEIGHTS));
  }

  /** Whether a directory has at least one of the two files. */
  static boolean isPartlyAt(Path path) {
    return Files.isRegularFile(path.resolve(CONFIG)) || Files.isRegularFile(path.resolve(WEIGHTS));
  }

  @Override
  public StoredSae read(Path directory) throws IOException {
    Path configFile = directory.resolve(CONFIG);
    Path weightsFile = directory.resolve(WEIGHTS);
    for (Path file : new Path[] {configFile, weightsFile}) {
      if (!Files.isRegularFile(file)) {
        throw new NoSuchFileException(file.toString(), null, "an SAE directory needs this file");
      }
    }
    SaeConfig config = SaeLensReader.read(configFile);
    try (SafetensorsFile file = SafetensorsFile.open(weightsFile)) {
      WeightFile weights = SaeLensTensors.take(file, config);
      return SaeWeights.readSae(weights, SaeLensTensors.fitting(config, weights));
    }
  }

  @Override
  public void write(Path directory, StoredSae stored) throws IOException {
    SparseAutoencoder sae = stored.sae();
    SaeConfig.of(sae, stored.provenance()).write(directory.resolve(CONFIG));
    SaeWeights.write(directory.resolve(WEIGHTS), sae.parameters(), sae.variant());
  }
}
