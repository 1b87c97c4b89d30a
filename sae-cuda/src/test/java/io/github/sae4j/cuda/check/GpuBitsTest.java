package io.github.sae4j.cuda.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.cuda.driver.FakeDriver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The bits that a GPU must have are the emulator's, in whatever order its threads run. {@code
 * -Dsae4j.bits.write=true} writes them anew, after a change of the kernels that was meant to change
 * them.
 */
class GpuBitsTest {
  private static final Path EXPECTED =
      Path.of("src/test/resources/io/github/sae4j/cuda/check", GpuBits.EXPECTED);

  @RegisterExtension private final FakeDriver fake = new FakeDriver().withOwnProducts();

  @Test
  void theEmulatorHasTheExpectedBits() throws Exception {
    fake.set("EMU_ORDER", 3);
    ObjectNode json = GpuBits.run(CheckedGpu.find());
    if (Boolean.getBoolean("sae4j.bits.write")) {
      Files.createDirectories(EXPECTED.getParent());
      Files.writeString(EXPECTED, lines(json));
    }
    Map<String, String> expected = GpuBits.expected();
    for (JsonNode each : json.get("cases")) {
      String name = each.get("case").asText();
      assertEquals(expected.get(name), each.get("crc").asText(), name);
    }
    assertEquals(expected.size(), json.get("cases").size());
    assertEquals(0, json.get("wrong").asInt());
    assertEquals(expected.size(), json.get("equal").asInt());
    assertTrue(json.get("emulated").asBoolean());
    assertEquals("", json.get("self_tests").get(0).get("fault").asText());
  }

  private static String lines(ObjectNode json) {
    StringBuilder lines = new StringBuilder();
    json.get("cases")
        .forEach(
            each ->
                lines
                    .append(each.get("crc").asText())
                    .append(' ')
                    .append(each.get("case").asText())
                    .append('\n'));
    return lines.toString();
  }
}
