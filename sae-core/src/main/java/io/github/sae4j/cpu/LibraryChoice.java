package io.github.sae4j.cpu;

import org.nd4j.common.io.Resource;
import org.nd4j.linalg.factory.Environment;
import org.nd4j.linalg.factory.Nd4jBackend;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls {@link Nd4jCpuLibrary#choose} automatically in every program: ND4J constructs all backends
 * on the class path before it loads the library of one. This backend is never available and comes
 * last, so ND4J does not try to use it.
 */
public final class LibraryChoice extends Nd4jBackend {
  private static final Logger LOG = LoggerFactory.getLogger(LibraryChoice.class);

  public LibraryChoice() {
    try {
      Nd4jCpuLibrary.choose();
    } catch (RuntimeException | LinkageError e) {
      // if a constructor threw, ND4J would have no backend at all
      LOG.warn("ND4J's library is left to JavaCPP's choice: {}", e.toString(), e);
    }
  }

  @Override
  public int getPriority() {
    return Nd4jBackend.BACKEND_PRIORITY_CPU - 1;
  }

  @Override
  public boolean isAvailable() {
    return false;
  }

  @Override
  public boolean canRun() {
    return false;
  }

  @Override
  public boolean allowsOrder() {
    throw unavailable();
  }

  @Override
  public Resource getConfigurationResource() {
    throw unavailable();
  }

  @Override
  @SuppressWarnings("rawtypes") // as declared by ND4J
  public Class getNDArrayClass() {
    throw unavailable();
  }

  @Override
  public Environment getEnvironment() {
    throw unavailable();
  }

  @Override
  public String buildInfo() {
    throw unavailable();
  }

  @Override
  public void logBackendInit() {
    throw unavailable();
  }

  private static IllegalStateException unavailable() {
    return new IllegalStateException("this backend only chooses the library for another one");
  }
}
