package io.github.sae4j.cuda;

import org.nd4j.common.io.Resource;
import org.nd4j.linalg.factory.Environment;
import org.nd4j.linalg.factory.Nd4jBackend;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls {@link CudaDevice#requireUsable} whenever ND4J starts in a program that has its CUDA
 * backend: ND4J asks backends whether they are available in the order of their priorities, and this
 * one comes before the CUDA backend. It is never available itself.
 */
public final class CudaCheck extends Nd4jBackend {
  private static final Logger LOG = LoggerFactory.getLogger(CudaCheck.class);

  @Override
  public int getPriority() {
    return Nd4jBackend.BACKEND_PRIORITY_GPU + 1;
  }

  /**
   * Returns false.
   *
   * @throws CudaUnusableError if the CUDA backend is on the class path and cannot run here
   */
  @Override
  public boolean isAvailable() {
    try {
      CudaDevice.requireUsable()
          .forEach(device -> LOG.info("ND4J's CUDA backend computes on {}", device));
      return false;
    } catch (IllegalStateException e) {
      throw new CudaUnusableError(e);
    }
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
    return new IllegalStateException("this backend only checks whether another one can run");
  }
}
