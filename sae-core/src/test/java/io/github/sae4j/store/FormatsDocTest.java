package io.github.sae4j.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.sae4j.format.DocExample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks what docs/formats.md says about activations. */
class FormatsDocTest {
  @TempDir Path directory;

  @Test
  void theManifestIsReadAndWrittenAsDocumented() throws IOException {
    String example = DocExample.named("manifest");
    Path file = Files.writeString(directory.resolve("manifest.json"), example);
    DumpManifest manifest = DumpManifest.read(directory);
    assertEquals(262_144, manifest.rows());
    assertEquals(
        List.of("shard-00000.safetensors", "shard-00001.safetensors"),
        manifest.shards().stream().map(DumpManifest.Shard::file).toList());
    manifest.write(directory);
    ObjectMapper json = new ObjectMapper();
    assertEquals(json.readTree(example), json.readTree(file.toFile()));
  }

  @Test
  void aRawFileIsReadWithItsDescription() throws IOException {
    Files.writeString(directory.resolve("rows.json"), DocExample.named("raw"));
    Files.write(directory.resolve("rows.bin"), new byte[3 * 768 * 4]);
    try (ActivationSource rows = ActivationSources.open(directory.resolve("rows.bin"), null)) {
      assertEquals(3, rows.rows());
      assertEquals(768, rows.width());
    }
  }
}
