package io.github.sae4j.train;

/** Thrown when the loss is no longer finite. Earlier checkpoints are kept. */
public final class TrainingDivergedException extends RuntimeException {
  private final long step;

  /**
   * @param step the step with the non-finite loss, counted from 1
   * @param reason the reason, as a sentence
   */
  public TrainingDivergedException(long step, String reason) {
    super(reason);
    this.step = step;
  }

  /** Returns the step with the non-finite loss, counted from 1. */
  public long step() {
    return step;
  }
}
