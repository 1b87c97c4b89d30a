package io.github.sae4j.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Unsupported contents do no harm until they are requested. */
class BystandersTest {

  private static void assertRows(TensorFile file) throws IOException {
    assertArrayEquals(Golden.ramp(20), file.readAllFloats("acts"));
  }

  private static void assertNamed(TensorFile file, String name, String... clauses) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> file.tensor(name));
    assertTrue(e.getMessage().contains("'" + name + "' of " + file.path()), e.getMessage());
    assertTrue(
        e.getMessage().contains("which is not supported: expected F64, F32"), e.getMessage());
    for (String clause : clauses) {
      assertTrue(e.getMessage().contains(clause), e.getMessage());
    }
  }

  @Test
  void safetensorsMayHoldAnyTypeBesidesRows() throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(Golden.file("bystanders.safetensors"))) {
      assertRows(file);
      assertEquals(Set.of("acts"), file.tensors().keySet());
      assertEquals(10, file.unread().size());
      assertNamed(file, "f8_e4m3", "F8_E4M3 [8]");
      assertNamed(file, "x_new", "X_NEW [8]");
    }
  }

  @Test
  void npzFilesMayHoldAnyTypeBesidesRows() throws IOException {
    try (NpzFile file = NpzFile.open(Golden.file("bystanders.npz"))) {
      assertRows(file);
      assertEquals(Set.of("acts"), file.tensors().keySet());
      assertEquals(10, file.unread().size());
      assertNamed(file, "objects", "|O [2]");
      assertNamed(file, "structure", "structured [2]");
      assertNamed(file, "u16", "<u2 [8]");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5})
  void torchFilesMayHoldAnyValueBesidesRows(int protocol) throws IOException {
    try (TorchFile file = TorchFile.open(Golden.file("bystanders-" + protocol + ".pt"))) {
      assertRows(file);
      assertArrayEquals(Golden.ramp(20), file.readAllFloats("parameter"));
      assertArrayEquals(Golden.ramp(20), file.readAllFloats("grouped.rows.0"));
      assertArrayEquals(Golden.ramp(20), file.readAllFloats("keys.(0, 1)"));
      assertEquals(
          Set.of(
              "acts",
              "parameter",
              "negated",
              "negated_rows",
              "bits",
              "grouped.rows.0",
              "keys.(0, 1)"),
          file.tensors().keySet());
      assertEquals(TorchFile.Empty.NONE, file.values().get("nothing"));
      assertEquals(TorchFile.Empty.NONE, file.values().get("tuple.2"));
      assertNamed(file, "uint16", "torch.uint16 [4]");
      assertNamed(file, "dtype", "a type or a function");
      assertNamed(file, "float8", "torch.float8_e4m3fn [4]");
      assertNamed(file, "complex", "torch.ComplexFloat [5, 4]");
      assertNamed(file, "sparse", "a sparse tensor");
      assertNamed(file, "quantised", "a quantised tensor");
      assertNamed(file, "meta", "a tensor without numbers");
      assertNamed(file, "seed", "an integer of 9 bytes");
      assertNamed(file, "huge", "an integer of ");
      assertNamed(file, "bytes", "bytes");
      assertNamed(file, "set", "a set");
      assertNamed(file, "numpy", "a NumPy number");
    }
  }

  /** PyTorch negates the imaginary part of a conjugate only when it is used. */
  @Test
  void negatedViewsAreNegated() throws IOException {
    try (TorchFile file = TorchFile.open(Golden.file("bystanders-2.pt"))) {
      float[] ramp = Golden.ramp(20);
      float[] negated = new float[20];
      double[] doubles = new double[20];
      for (int i = 0; i < 20; i++) {
        negated[i] = -ramp[i];
        doubles[i] = -ramp[i];
      }
      assertArrayEquals(negated, file.readAllFloats("negated"));
      assertArrayEquals(doubles, file.readAllDoubles("negated"));
      float[] rows = new float[8];
      for (int i = 0; i < 8; i++) {
        rows[i] = negated[4 + i / 2 * 4 + i % 2 * 2];
      }
      assertArrayEquals(rows, file.readAllFloats("negated_rows"));
      float[] column = new float[2];
      TensorInfo transposed = file.tensor("negated").transposed();
      file.readFloats(transposed, 0, 2, column, 0);
      assertArrayEquals(new float[] {negated[0], negated[4]}, column);
    }
  }

  @Test
  void aMissingNameIsRefusedListingTheOthers() throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(Golden.file("bystanders.safetensors"))) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> file.tensor("act")).getMessage();
      assertTrue(message.contains("it has: acts; not read: u16 (U16 [8]), "), message);
      assertTrue(message.endsWith(" and 2 more"), message);
    }
  }
}
