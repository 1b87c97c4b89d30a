package io.github.sae4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.cuda.driver.CudaDriver;
import io.github.sae4j.cuda.driver.CudaException;
import io.github.sae4j.format.MalformedFileException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4jBackend;

class FailuresTest {

  @Test
  void filesAreWordedAsSentences() {
    assertEquals("x does not exist", Failures.sentence(new NoSuchFileException("x")));
    assertEquals(
        "x does not exist: it is needed",
        Failures.sentence(new NoSuchFileException("x", null, "it is needed")));
    assertEquals(
        "x cannot be accessed: permission denied",
        Failures.sentence(new AccessDeniedException("x")));
    assertEquals(
        "x: no space left on device",
        Failures.sentence(new FileSystemException("x", null, "No space left on device")));
    assertEquals(
        "x (at byte 8): bad",
        Failures.sentence(new MalformedFileException(Path.of("x"), 8, "bad")));
    assertEquals("one two", Failures.sentence(new IllegalStateException("one\n  two\n")));
    assertEquals("IllegalStateException", Failures.sentence(new IllegalStateException()));
  }

  @Test
  void onlyOurOwnRefusalsCountAsWrongInput() {
    assertTrue(Failures.isWrongInput(new IOException("disk")));
    assertTrue(Failures.isWrongInput(new IllegalArgumentException("thrown here")));
    RuntimeException fromElsewhere =
        assertThrows(IllegalArgumentException.class, () -> List.of(2, 1).subList(1, 0));
    assertFalse(Failures.isWrongInput(fromElsewhere));
    assertFalse(Failures.isWrongInput(new NullPointerException()));
  }

  /** A GPU that fails in the middle of a run, in its own words. */
  @Test
  void aGpuThatFailsIsAFaultOfTheMachine() {
    System.setProperty(CudaDriver.PROPERTY, "/no/libcuda.so.1");
    try {
      CudaException thrown = assertThrows(CudaException.class, CudaDriver::load);
      assertTrue(Failures.isWrongInput(thrown));
      assertEquals(thrown.getMessage(), Failures.sentence(thrown));
    } finally {
      System.clearProperty(CudaDriver.PROPERTY);
    }
  }

  @Test
  void wrappersAreTakenOff() {
    IOException disk = new IOException("disk");
    assertSame(disk, Failures.cause(new ExecutionException(new UncheckedIOException(disk))));
  }

  @Test
  void aMissingBackendIsAFaultOfTheMachine() {
    Throwable cause = new Nd4jBackend.NoAvailableBackendException("none");
    Throwable error = new ExceptionInInitializerError(new RuntimeException(cause));
    assertTrue(Failures.isWrongInput(error));
    assertTrue(Failures.sentence(error).contains("GPU"));
  }

  /** What our own code says of a library is passed on; the loader's words are replaced. */
  @Test
  void aLibraryThatWeRefuseIsAFaultOfTheMachine() {
    LinkageError ours = new LinkageError("no driver", new UnsatisfiedLinkError("libcuda.so.1"));
    assertTrue(Failures.isWrongInput(ours));
    assertEquals("no driver", Failures.sentence(ours));
    StackTraceElement[] elsewhere = {new StackTraceElement("java.A", "b", null, 1)};
    LinkageError foreign = new LinkageError("loader constraint violation");
    foreign.setStackTrace(elsewhere);
    assertFalse(Failures.isWrongInput(foreign));
    UnsatisfiedLinkError missing = new UnsatisfiedLinkError("x.so");
    missing.setStackTrace(elsewhere);
    assertTrue(Failures.isWrongInput(missing));
    assertTrue(Failures.sentence(missing).contains("TMPDIR"));
  }
}
