package io.github.sae4j.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** SAELens; see {@link SaeDirectory}. */
final class SaeLensLayout implements SaeLayout {

  @Override
  public boolean isAt(Path path) {
    return Files.isRegularFile(path.resolve(SaeDirectory.CONFIG))
        && Files.isRegularFile(path.resolve(SaeDirectory.WEIGHTS));
  }

  @Override
  public StoredSae read(Path path) throws IOException {
    return SaeDirectory.read(path);
  }

  @Override
  public void write(Path directory, StoredSae stored) throws IOException {
    SaeDirectory.writeFiles(directory, stored.sae(), stored.provenance());
  }
}
