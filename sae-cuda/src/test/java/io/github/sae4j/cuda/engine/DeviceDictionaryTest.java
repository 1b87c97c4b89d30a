package io.github.sae4j.cuda.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.RowNorm;
import io.github.sae4j.SaeCases;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.cuda.driver.FakeDriver;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Device;
import io.github.sae4j.engine.NotFiniteException;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.eval.EvalOptions;
import io.github.sae4j.eval.EvalReport;
import io.github.sae4j.eval.Evaluator;
import io.github.sae4j.eval.Progress;
import io.github.sae4j.store.MemorySource;
import io.github.sae4j.variant.ParameterLayout.Form;
import io.github.sae4j.variant.Variant;
import io.github.sae4j.variant.VariantExamples;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A dictionary whose work is done on the emulated driver. */
class DeviceDictionaryTest {
  private static final int WIDTH = 12;
  private static final int N_LATENTS = 96;
  private static final int ROWS = 40;

  /** Of sums of 12 and of 96 products in another order, at values of about 1. */
  private static final double TOLERANCE = 1e-5;

  @RegisterExtension private final FakeDriver fake = new FakeDriver().withOwnProducts();

  @BeforeAll
  static void requireHostEngine() {
    try {
      Class.forName("org.nd4j.linalg.cpu.nativecpu.CpuBackend");
    } catch (ClassNotFoundException e) {
      Assumptions.abort("there is no ND4J backend of the host to compare with");
    }
  }

  private static List<SparseAutoencoder> dictionaries() {
    List<SparseAutoencoder> all = new ArrayList<>();
    for (Map.Entry<String, SparseAutoencoder> each : SaeCases.all(WIDTH, N_LATENTS).entrySet()) {
      if (!each.getKey().equals("double")) {
        all.add(each.getValue());
      }
    }
    VariantExamples.all(WIDTH, N_LATENTS)
        .forEach(
            variant -> {
              all.add(random(variant, Form.AUTOENCODER));
              all.add(random(variant, Form.TIED));
            });
    return all;
  }

  private static SparseAutoencoder random(Variant variant, Form form) {
    return SaeCases.random(WIDTH, N_LATENTS, variant, form, DataType.FLOAT, RowNorm.NONE);
  }

  private static void assertClose(Codes host, Codes gpu, String name) {
    assertEquals(host.rows(), gpu.rows(), name);
    assertEquals(host.nonZeros(), gpu.nonZeros(), name);
    for (int row = 0; row < host.rows(); row++) {
      for (int latent = 0; latent < host.nLatents(); latent++) {
        assertEquals(host.at(row, latent), gpu.at(row, latent), TOLERANCE, name);
      }
    }
  }

  /** Every variant and form encodes and decodes as on the CPU, also after the weights changed. */
  @ParameterizedTest
  @ValueSource(strings = {"eager", "late"})
  void codesAndReconstructionsAreThoseOfTheCpu(String mode) {
    fake.set("EMU_MODE", mode);
    INDArray x = SaeCases.rows(ROWS, WIDTH, 3);
    for (SparseAutoencoder sae : dictionaries()) {
      String name = sae.variant() + " " + sae.parameters().form();
      for (int round = 0; round < 2; round++) {
        sae.computeOn(Device.CPU);
        Codes host = sae.encode(x);
        INDArray reconstructed = sae.decode(host, x);
        assertEquals("cuda:0 (Emulated on the CPU): the only GPU", taken(sae, Device.CUDA));
        Codes gpu = sae.encode(x);
        assertClose(host, gpu, name);
        assertArrayEquals(values(reconstructed), values(sae.decode(gpu, x)), TOLERANCE, name);
        assertArrayEquals(values(reconstructed), values(sae.decode(host, x)), TOLERANCE, name);
        sae.parameters().bEnc().addi(.05);
        sae.weightsChanged();
        Codes changed = sae.encode(x);
        sae.computeOn(Device.CPU);
        assertClose(sae.encode(x), changed, name + " after a change");
      }
      sae.free();
    }
    assertTrue(fake.calls("cuLaunchKernel") > 0);
  }

  private static String taken(SparseAutoencoder sae, Device device) {
    return sae.computeOn(device).description();
  }

  private static double[] values(INDArray matrix) {
    return matrix.reshape(matrix.length()).toDoubleVector();
  }

  @Test
  void metricsAndDensitiesAreThoseOfTheCpu() throws IOException {
    INDArray x = SaeCases.rows(500, WIDTH, 4);
    for (SparseAutoencoder sae : SaeCases.all(WIDTH, N_LATENTS).values()) {
      if (sae.parameters().wDec().dataType() != DataType.FLOAT || sae.parameters().skips()) {
        continue;
      }
      EvalReport host = evaluate(sae, x);
      sae.computeOn(Device.cuda(0));
      EvalReport gpu = evaluate(sae, x);
      assertEquals(host.latents().rows(), gpu.latents().rows());
      for (int latent = 0; latent < N_LATENTS; latent++) {
        assertEquals(host.latents().firings(latent), gpu.latents().firings(latent));
      }
      assertEquals(host.reconstruction().l0(), gpu.reconstruction().l0());
      assertEquals(host.reconstruction().fvu(), gpu.reconstruction().fvu(), TOLERANCE);
      assertEquals(host.reconstruction().cosine(), gpu.reconstruction().cosine(), TOLERANCE);
      assertEquals(Device.cuda(0), sae.device());
      sae.free();
    }
  }

  private static EvalReport evaluate(SparseAutoencoder sae, INDArray x) throws IOException {
    return Evaluator.evaluate(
        sae, MemorySource.of(x), new EvalOptions(64, Long.MAX_VALUE), Progress.NONE);
  }

  /** The weights are copied to the device once; a batch copies its rows and its codes. */
  @Test
  void weightsAreUploadedOnce() {
    SparseAutoencoder sae = SaeCases.topK(WIDTH, N_LATENTS, 4);
    sae.computeOn(Device.CUDA);
    INDArray x = SaeCases.rows(ROWS, WIDTH, 3);
    sae.encode(x);
    long before = uploads();
    sae.encode(x);
    assertEquals(1, uploads() - before, fake.calls().toString());
    sae.free();
  }

  private long uploads() {
    return fake.calls("cuMemcpyHtoDAsync_v2");
  }

  @Test
  void codesOfTheHostAndTheDeviceAreInterchangeable() {
    SparseAutoencoder sae = SaeCases.topK(WIDTH, N_LATENTS, 4);
    float[] row = SaeCases.rows(1, WIDTH, 9).toFloatMatrix()[0];
    var host = sae.encode(row);
    sae.computeOn(Device.AUTO);
    assertEquals(host.top(9).size(), sae.encode(row).top(9).size());
    assertArrayEquals(sae.decode(host), sae.decode(sae.encode(row)), 1e-5f);
    assertTrue(sae.encode(SaeCases.rows(2, WIDTH, 1)) instanceof SparseCodes);
    sae.free();
    assertThrows(IllegalStateException.class, () -> sae.encode(row));
    assertThrows(IllegalStateException.class, () -> sae.computeOn(Device.CUDA));
  }

  @Test
  void whatTheDeviceCannotDoIsRefused() {
    SparseAutoencoder doubles = SaeCases.all(WIDTH, N_LATENTS).get("double");
    String message =
        assertThrows(IllegalArgumentException.class, () -> doubles.computeOn(Device.CUDA))
            .getMessage();
    assertEquals(
        "a GPU computes in float32, but this dictionary is of type DOUBLE: use the CPU", message);
    assertEquals(Device.CPU, doubles.device());
    SparseAutoencoder sae = SaeCases.topK(WIDTH, N_LATENTS, 4);
    assertThrows(IllegalArgumentException.class, () -> sae.computeOn(Device.cuda(7)));
    sae.computeOn(Device.CUDA);
    INDArray broken = SaeCases.rows(3, WIDTH, 2);
    broken.putScalar(1, 2, Double.NaN);
    assertThrows(NotFiniteException.class, () -> sae.encode(broken));
    sae.parameters().bEnc().putScalar(3, Double.NaN);
    sae.weightsChanged();
    assertThrows(IllegalArgumentException.class, () -> sae.encode(SaeCases.rows(3, WIDTH, 2)));
    sae.free();
  }

  /** A device that fails leaves the dictionary on the CPU, with nothing open. */
  @ParameterizedTest
  @ValueSource(
      strings = {"cuMemAlloc_v2:*:2", "cuMemcpyHtoDAsync_v2:1:2", "cuMemcpyHtoDAsync_v2:4:2"})
  void aFailedMoveLeavesNothingOpen(String failure) {
    SparseAutoencoder sae = SaeCases.topK(WIDTH, N_LATENTS, 4);
    INDArray x = SaeCases.rows(3, WIDTH, 2);
    Codes host = sae.encode(x);
    fake.set("EMU_FAIL", failure);
    RuntimeException thrown =
        assertThrows(RuntimeException.class, () -> sae.computeOn(Device.CUDA));
    assertTrue(thrown.getMessage().contains("out of memory"), thrown.getMessage());
    assertEquals(0, fake.leaks());
    assertEquals(Device.CPU, sae.device());
    assertEquals(host.nonZeros(), sae.encode(x).nonZeros());
    sae.free();
  }
}
