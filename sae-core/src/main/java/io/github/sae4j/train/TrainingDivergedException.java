package io.github.sae4j.train;

/** The loss is no longer a finite number. Checkpoints from before are kept. */
public final class TrainingDivergedException extends RuntimeException {
  private final long step;

  /**
   * @param step the step whose loss it was, counted from 1
   * @param reason what is known, as a sentence
   */
  public TrainingDivergedException(long step, String reason) {
    super(reason);
    this.step = step;
  }

  /** The step whose loss was not finite, counted from 1. */
  public long step() {
    return step;
  }
}
