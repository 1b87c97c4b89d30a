package io.github.sae4j.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OrtEnvironment;
import io.github.sae4j.cuda.driver.CudaDriver;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class CudaProviderTest {
  private static final CudaDriver CUDA_13 = new CudaDriver("libcuda.so.1", 13000);
  private static final int DYNAMIC = 6;
  private static final int NEEDED = 1;

  @Test
  void theFirstMissingLibraryIsNamed() {
    Optional<String> missing =
        CudaProvider.missing(
            CUDA_13, CudaProvider.LIBRARIES, name -> !name.startsWith("libcublas"));
    assertTrue(missing.orElseThrow().contains("needs libcublasLt.so.12, which is not found;"));
    assertEquals(1, missing.get().lines().count());
    assertEquals(
        Optional.empty(), CudaProvider.missing(CUDA_13, CudaProvider.LIBRARIES, name -> true));
  }

  @Test
  void aDriverForCuda11IsTooOld() {
    CudaDriver old = new CudaDriver("libcuda.so.1", 11040);
    assertTrue(
        CudaProvider.missing(old, List.of(), name -> true)
            .orElseThrow()
            .endsWith("needs a driver for CUDA 12 (525 or newer), and this one is for CUDA 11.4"));
  }

  @Test
  void whatTheSystemsLoaderSaysIsPassedOn() {
    String sentence =
        CudaProvider.sentence(
            "/onnxruntime_src/provider_bridge_ort.cc:1988 Get() [ONNXRuntimeError] : 1 : FAIL :"
                + " Failed to load library /tmp/x.so with error: libcufft.so.11: cannot open");
    assertEquals(
        "ONNX Runtime's CUDA provider cannot be loaded: libcufft.so.11: cannot open; it needs the"
            + " libraries of CUDA 12.8 or a later 12",
        sentence);
  }

  /** It says so where it could not unpack the provider. */
  @Test
  void otherwiseRoomMayBeMissing() {
    String sentence = CudaProvider.sentence("Failed to find CUDA shared provider");
    assertTrue(sentence.contains("provider; it needs 650 MB of free space in "), sentence);
  }

  /** In the build with {@code -Ponnx-cuda}. */
  @Test
  void theLibrariesAreThoseThatTheProviderNeeds() throws IOException {
    URL library =
        OrtEnvironment.class.getResource(
            "/ai/onnxruntime/native/linux-x64/libonnxruntime_providers_cuda.so");
    assumeTrue(library != null, "this build's ONNX Runtime has no CUDA provider");
    byte[] bytes;
    try (InputStream in = library.openStream()) {
      bytes = in.readAllBytes();
    }
    TreeSet<String> nvidias = new TreeSet<>(CudaProvider.LIBRARIES);
    nvidias.add("libcuda.so.1");
    TreeSet<String> needed = new TreeSet<>(needed(ByteBuffer.wrap(bytes)));
    needed.removeIf(name -> !name.startsWith("libcu"));
    assertEquals(nvidias, needed);
  }

  /** The names of the libraries that an ELF file of 64 bits needs, as {@code readelf -d} shows. */
  private static List<String> needed(ByteBuffer elf) {
    elf.order(ByteOrder.LITTLE_ENDIAN);
    int sections = Math.toIntExact(elf.getLong(40));
    int size = elf.getShort(58);
    List<String> needed = new ArrayList<>();
    for (int i = 0; i < elf.getShort(60); i++) {
      int section = sections + i * size;
      if (elf.getInt(section + 4) != DYNAMIC) {
        continue;
      }
      int names = Math.toIntExact(elf.getLong(sections + elf.getInt(section + 40) * size + 24));
      int entries = Math.toIntExact(elf.getLong(section + 24));
      for (int at = entries; elf.getLong(at) != 0; at += 16) {
        if (elf.getLong(at) == NEEDED) {
          needed.add(name(elf, names + Math.toIntExact(elf.getLong(at + 8))));
        }
      }
    }
    return needed;
  }

  @SuppressWarnings("ByteBufferBackingArray") // wrapped from an array
  private static String name(ByteBuffer elf, int from) {
    int to = from;
    while (elf.get(to) != 0) {
      to++;
    }
    return new String(elf.array(), from, to - from, StandardCharsets.US_ASCII);
  }

  /** The jar for CPUs and the one with the CUDA provider hold the same classes. */
  @Test
  void oneOnnxRuntimeIsOnTheClassPath() throws IOException {
    String name = OrtEnvironment.class.getName().replace('.', '/') + ".class";
    List<URL> found = Collections.list(OrtEnvironment.class.getClassLoader().getResources(name));
    assertEquals(1, found.size(), found.toString());
  }
}
