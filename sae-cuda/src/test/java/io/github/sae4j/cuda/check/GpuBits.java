package io.github.sae4j.cuda.check;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.cuda.blas.CublasLt;
import io.github.sae4j.cuda.doctor.GpuSelfTest;
import io.github.sae4j.cuda.driver.CudaContext;
import io.github.sae4j.cuda.driver.CudaException;
import io.github.sae4j.cuda.engine.CudaEngine;
import io.github.sae4j.product.Precision;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Compares what a GPU computes, bit by bit, with what the emulator does: the self-tests of {@code
 * sae doctor} and {@link BitCases}.
 */
public final class GpuBits {
  /** Lines of a CRC and a case's name. */
  static final String EXPECTED = "expected-bits.txt";

  private static final double MILLIS = 1e6;

  private GpuBits() {}

  /** Writes the results into a file; exit code 1 if bits are wrong, 2 if there is no GPU. */
  public static void main(String[] args) throws IOException {
    System.setProperty(CublasLt.PROPERTY, "none");
    try {
      ObjectNode json = run(CheckedGpu.find());
      CheckedGpu.write(Path.of(args[0]), json);
      System.out.println(
          json.get("equal") + " of " + json.get("cases").size() + " cases have the same bits");
      System.exit(json.get("wrong").asInt() == 0 ? 0 : 1);
    } catch (CudaException e) {
      System.err.println("bits: " + e.getMessage());
      System.exit(2);
    }
  }

  static ObjectNode run(CheckedGpu checked) throws IOException {
    ObjectNode json = checked.describe();
    int wrong = selfTests(checked, json);
    Map<String, String> expected = expected();
    ArrayNode cases = json.putArray("cases");
    int equal = 0;
    int rounded = 0;
    long start = System.nanoTime();
    try (CudaEngine engine = checked.open(Precision.FLOAT32)) {
      json.put("engine_ms", (System.nanoTime() - start) / MILLIS);
      for (BitCases.Case each : BitCases.all()) {
        String found = each.run(engine);
        String right = expected.getOrDefault(each.name(), "");
        boolean same = found.equals(right);
        cases
            .addObject()
            .put("case", each.name())
            .put("crc", found)
            .put("expected", right)
            .put("exact", each.exact())
            .put("equal", same);
        equal += same ? 1 : 0;
        rounded += !same && !each.exact() ? 1 : 0;
        wrong += !same && each.exact() ? 1 : 0;
      }
    }
    json.put("equal", equal);
    json.put("rounded_otherwise", rounded);
    json.put("wrong", wrong);
    return json;
  }

  private static int selfTests(CheckedGpu checked, ObjectNode json) {
    ArrayNode tests = json.putArray("self_tests");
    int wrong = 0;
    try (CudaContext context = CudaContext.open(checked.gpu())) {
      for (GpuSelfTest test : GpuSelfTest.all()) {
        long start = System.nanoTime();
        Optional<String> fault = test.run(context);
        tests
            .addObject()
            .put("test", test.name())
            .put("ms", (System.nanoTime() - start) / MILLIS)
            .put("fault", fault.orElse(""));
        wrong += fault.isPresent() ? 1 : 0;
      }
    }
    return wrong;
  }

  /** Returns the CRC of each case on the emulator, by its name. */
  static Map<String, String> expected() throws IOException {
    Map<String, String> crcs = new LinkedHashMap<>();
    try (InputStream lines = GpuBits.class.getResourceAsStream(EXPECTED)) {
      if (lines == null) {
        throw new IOException(EXPECTED + " is missing beside " + GpuBits.class.getName());
      }
      new String(lines.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.split(" ", 2))
          .forEach(words -> crcs.put(words[1], words[0]));
    }
    return crcs;
  }
}
