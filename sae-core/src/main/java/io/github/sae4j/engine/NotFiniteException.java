package io.github.sae4j.engine;

/**
 * A pre-activation, or a threshold, is not a number: the input, or a parameter, is not finite or
 * far too large; or a row of the input is seen not to be finite.
 */
public final class NotFiniteException extends ArithmeticException {

  NotFiniteException(int row, int latent) {
    super(
        "the pre-activation of latent %d in row %d of the batch is not a number: an activation of that row or a weight of that latent is not finite"
            .formatted(latent, row));
  }

  /** With a message. */
  public NotFiniteException(String message) {
    super(message);
  }

  /** Of a row of a batch. */
  public static NotFiniteException ofRow(int row) {
    return new NotFiniteException("row %d of the batch is not finite".formatted(row));
  }

  /** Of a threshold. */
  NotFiniteException(int latent) {
    super("the threshold of latent %d is not a number".formatted(latent));
  }
}
