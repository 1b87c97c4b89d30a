package io.github.sae4j.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceTest {

  @Test
  void whatIsPrintedIsWhatIsParsed() {
    for (Device device :
        new Device[] {Device.AUTO, Device.CPU, Device.CUDA, Device.cuda(0), Device.cuda(15)}) {
      assertEquals(device, Device.parse(device.toString()));
    }
    assertEquals("auto", Device.AUTO.toString());
    assertEquals("cuda:15", Device.cuda(15).toString());
    assertEquals(Device.cuda(1), Device.parse("CUDA:1"));
    assertEquals(Device.CPU, Device.parse("Cpu"));
    assertEquals(OptionalInt.of(3), Device.parse("cuda:3").ordinal());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "gpu",
        "cuda:",
        "cuda:-1",
        "cuda:x",
        "cuda:1:2",
        "cuda:9999999999",
        "cpu:0",
        " cpu"
      })
  void anythingElseIsRefusedInOneSentence(String text) {
    assertEquals(
        "a device must be auto, cpu, cuda or cuda:N with the number of a GPU, got '" + text + "'",
        assertThrows(IllegalArgumentException.class, () -> Device.parse(text)).getMessage());
  }

  @Test
  void onlyGpusHaveNumbers() {
    assertThrows(IllegalArgumentException.class, () -> Device.cuda(-1));
    assertThrows(
        IllegalArgumentException.class, () -> new Device(Device.Kind.CPU, OptionalInt.of(0)));
  }
}
