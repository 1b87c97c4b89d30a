package io.github.sae4j.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.jna.NativeLibrary;
import io.github.sae4j.cuda.blas.CublasLt;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A driver for tests that runs the kernels on the CPU (src/test/cuda/driver). As an extension it
 * makes {@link CudaDriver#load} load it, forgets everything before each test, and fails a test that
 * leaves anything open. Tests are skipped, with the reason, where it cannot be built.
 *
 * <p>Settings are those that fake_driver.h lists; they hold until the end of the test.
 */
public final class FakeDriver implements BeforeEachCallback, AfterEachCallback {
  private NativeLibrary library;
  private boolean leaksAreExpected;
  private Products products = Products.UNTOUCHED;

  /** Which library is found for products. */
  private enum Products {
    UNTOUCHED,
    OWN,
    CUBLAS_LT
  }

  /** Lets no cublasLt be found, so that products are our own kernel's. */
  public FakeDriver withOwnProducts() {
    products = Products.OWN;
    return this;
  }

  /** Lets the emulated cublasLt be found. */
  public FakeDriver withCublasLt() {
    products = Products.CUBLAS_LT;
    return this;
  }

  /** Returns the library's file; builds it if it is not there yet. */
  public static Path file() {
    try {
      return FakeDriverBuild.library();
    } catch (FakeDriverBuild.Unavailable e) {
      Assumptions.abort("there is no emulated driver: " + e.getMessage());
      throw new AssertionError(e);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException("the emulated driver cannot be built", e);
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    String file = file().toString();
    library = NativeLibrary.getInstance(file);
    library.getFunction("emuReset").invokeVoid(new Object[0]);
    System.setProperty(CudaDriver.PROPERTY, file);
    if (products != Products.UNTOUCHED) {
      System.setProperty(CublasLt.PROPERTY, products == Products.OWN ? "none" : file);
    }
    leaksAreExpected = false;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    if (library == null) {
      return; // skipped
    }
    System.clearProperty(CudaDriver.PROPERTY);
    if (products != Products.UNTOUCHED) {
      System.clearProperty(CublasLt.PROPERTY);
    }
    long leaks = leaks();
    String calls = calls().toString();
    library.getFunction("emuReset").invokeVoid(new Object[0]);
    if (!leaksAreExpected && context.getExecutionException().isEmpty()) {
      assertEquals(0, leaks, () -> "left open on the emulated driver; calls: " + calls);
    }
  }

  /** Changes a setting, such as {@code EMU_MODE} to {@code late}. */
  public FakeDriver set(String name, Object value) {
    library.getFunction("emuSet").invokeVoid(new Object[] {name, value.toString()});
    return this;
  }

  /** Lets the test end with something open. */
  public void expectLeaks() {
    leaksAreExpected = true;
  }

  /** Returns the number of calls of a function. */
  public long calls(String function) {
    return library.getFunction("emuCalls").invokeLong(new Object[] {function});
  }

  /** Returns the bytes of the largest copy by a function since this was last asked. */
  public long largestCopy(String function) {
    return library.getFunction("emuLargestCopy").invokeLong(new Object[] {function});
  }

  /** Returns the number of calls of each function that was called. */
  public Map<String, Long> calls() {
    Map<String, Long> calls = new TreeMap<>();
    library
        .getFunction("emuAllCalls")
        .invokeString(new Object[0], false)
        .lines()
        .map(line -> line.split(" ", -1))
        .forEach(words -> calls.put(words[0], Long.valueOf(words[1])));
    return calls;
  }

  /**
   * Returns the number of contexts, streams, events, modules and pieces of memory that are open.
   */
  public long leaks() {
    return library.getFunction("emuLeaks").invokeLong(new Object[0]);
  }

  /** Returns the number of operations that nothing has waited for yet. */
  public long pending() {
    return library.getFunction("emuPending").invokeLong(new Object[0]);
  }

  /** Returns the most bytes that were allocated at once on a device. */
  public long peakBytes(int device) {
    return library.getFunction("emuPeakBytes").invokeLong(new Object[] {device});
  }

  /** Returns what was wrong in a kernel, if anything. */
  public String why() {
    return library.getFunction("emuWhy").invokeString(new Object[0], false);
  }
}
