package io.github.sae4j.engine;

/**
 * Thrown when a pre-activation or threshold is not a number, because the input or a parameter is
 * not finite or far too large, or when a row of the input is not finite.
 */
public final class NotFiniteException extends ArithmeticException {

  /** Creates an exception for a pre-activation. */
  public NotFiniteException(int row, int latent) {
    super(
        "the pre-activation of latent %d in row %d of the batch is not a number: an activation of that row or a weight of that latent is not finite"
            .formatted(latent, row));
  }

  /** Creates an exception with a message. */
  public NotFiniteException(String message) {
    super(message);
  }

  /** Returns an exception for a row of a batch. */
  public static NotFiniteException ofRow(int row) {
    return new NotFiniteException("row %d of the batch is not finite".formatted(row));
  }

  /** Creates an exception for a latent's threshold. */
  public NotFiniteException(int latent) {
    super("the threshold of latent %d is not a number".formatted(latent));
  }
}
