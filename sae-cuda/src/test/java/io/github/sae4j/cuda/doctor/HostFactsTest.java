package io.github.sae4j.cuda.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read from Linux' files. */
class HostFactsTest {

  @Test
  void theCpuIsThatOfTheFirstProcessor() {
    String text =
        """
        processor\t: 0
        model name\t: Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz
        flags\t\t: fpu avx fma f16c avx2 avx512f amx_bf16 avx512_bf16 avx512vbmi
        bugs\t\t: flags

        processor\t: 1
        model name\t: other
        """;
    CpuInfo cpu = CpuInfo.parse(text);
    assertEquals("Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz", cpu.model());
    assertEquals(List.of("avx2", "fma", "f16c", "avx512f", "avx512_bf16", "amx_bf16"), cpu.flags());
    CpuInfo arm = CpuInfo.parse("processor\t: 0\nFeatures\t: fp asimd asimdhp sve bf16\n");
    assertEquals(new CpuInfo("unknown", List.of("asimd", "asimdhp", "sve", "bf16")), arm);
    assertEquals(new CpuInfo("unknown", List.of()), CpuInfo.parse(""));
  }

  @Test
  void aBackendThatDoesNotStartIsAFault() {
    Throwable link = new UnsatisfiedLinkError("/cache/libnd4jcpu.so: failed to map\nsegment.");
    Throwable error = new ExceptionInInitializerError(new RuntimeException("backend", link));
    assertEquals(
        "ND4J cannot be used (/cache/libnd4jcpu.so: failed to map segment); its libraries are"
            + " unpacked in the cache of JavaCPP, ~/.javacpp or $XDG_CACHE_HOME/javacpp, which must"
            + " have free space and allow execution",
        HostFacts.whyNd4jCannotBeUsed(error));
  }

  @Test
  void memoryIsInBytes() {
    String text = "MemTotal:       24664680 kB\nMemFree:  1 kB\nMemAvailable:   19930000 kB\n";
    OptionalLong limit = OptionalLong.of(5);
    HostMemory memory = HostMemory.parse(text, "8589934592\n", 7, limit);
    assertEquals(OptionalLong.of(24664680L << 10), memory.total());
    assertEquals(OptionalLong.of(19930000L << 10), memory.available());
    assertEquals(OptionalLong.of(8L << 30), memory.groupLimit());
    assertEquals(OptionalLong.empty(), HostMemory.parse(text, "max\n", 7, limit).groupLimit());
    HostMemory elsewhere = HostMemory.parse("", "", 7, OptionalLong.empty());
    assertEquals(OptionalLong.empty(), elsewhere.total());
    assertEquals("23.5 GiB", Sentences.gibibytes(memory.total().getAsLong()));
  }

  @Test
  void gpusAreSeenWithoutADriver(@TempDir Path sys) throws IOException {
    assertEquals(List.of(), GpuFacts.onBus(sys));
    device(sys, "0000:65:00.0", "0x10de", "0x030200");
    device(sys, "0000:17:00.0", "0x10de", "0x030000");
    device(sys, "0000:17:00.1", "0x10de", "0x040300"); // its sound
    device(sys, "0000:00:02.0", "0x8086", "0x030000");
    assertEquals(List.of("0000:17:00.0", "0000:65:00.0"), GpuFacts.onBus(sys));
    assertEquals(Optional.empty(), GpuFacts.kernelModule(sys));
    Path module = Files.createDirectories(sys.resolve("module/nvidia"));
    Files.writeString(module.resolve("version"), "580.159.04\n");
    assertEquals(Optional.of("580.159.04"), GpuFacts.kernelModule(sys));
  }

  private static void device(Path sys, String name, String vendor, String type) throws IOException {
    Path device = Files.createDirectories(sys.resolve("bus/pci/devices").resolve(name));
    Files.writeString(device.resolve("vendor"), vendor + "\n");
    Files.writeString(device.resolve("class"), type + "\n");
  }
}
