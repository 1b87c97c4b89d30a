package io.github.sae4j.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4jBackend;

class CudaCheckTest {

  /** ND4J asks backends in the order of their priorities. */
  @Test
  void nd4jAsksItBeforeTheCudaBackend() {
    List<Integer> priorities =
        ServiceLoader.load(Nd4jBackend.class).stream()
            .filter(each -> each.type() == CudaCheck.class)
            .map(each -> each.get().getPriority())
            .toList();
    assertEquals(1, priorities.size());
    assertTrue(priorities.get(0) > Nd4jBackend.BACKEND_PRIORITY_GPU);
  }

  @Test
  void withoutTheCudaBackendThereIsNothingToCheck() {
    assumeTrue(
        getClass().getResource("/org/nd4j/linalg/jcublas/JCublasBackend.class") == null,
        "this is the build with -Pcuda");
    assertFalse(new CudaCheck().isAvailable());
    assertEquals(List.of(), CudaDevice.requireUsable());
  }

  @Test
  void theErrorSaysWhatTheExceptionDoes() {
    IllegalStateException refused = new IllegalStateException("no driver");
    assertEquals("no driver", new CudaUnusableError(refused).getMessage());
  }
}
