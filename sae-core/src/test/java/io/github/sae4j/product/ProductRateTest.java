package io.github.sae4j.product;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.cpu.Workers;
import org.junit.jupiter.api.Test;

class ProductRateTest {

  @Test
  void theRateIsThatOfTheLibraryInUse() {
    ProductRate rate = ProductRate.measure();
    assertEquals(Workers.shared().count(), rate.threads());
    assertTrue(rate.gigaflops() > 0 && rate.gigaflops() < 1e6, rate.toString());
    String library =
        DnnlLibrary.isAvailable() ? "oneDNN \\d+\\.\\d+\\.\\d+ \\(.+\\)" : "ND4J's BLAS \\(.+\\)";
    assertTrue(rate.library().matches(library), rate.library());
  }
}
