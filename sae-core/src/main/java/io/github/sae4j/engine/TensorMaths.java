package io.github.sae4j.engine;

/**
 * Arithmetic on tensors of one engine. Methods that return a tensor return a new one; the others
 * change their first argument. Scalars are rounded to the tensor's precision first, and each
 * operation rounds once.
 */
public interface TensorMaths {

  /** Returns a tensor of the same precision as {@code like}, with undefined values. */
  Tensor undefined(long rows, int width, Tensor like);

  /** Returns a copy. */
  Tensor copy(Tensor x);

  /** Copies all values of a tensor of the same length. */
  void assign(Tensor to, Tensor from);

  /** Sets all values to the same number. */
  void fill(Tensor x, double value);

  /** Returns a tensor of the same shape and precision that holds one number everywhere. */
  default Tensor filledLike(Tensor like, double value) {
    Tensor filled = undefined(like.rows(), like.width(), like);
    fill(filled, value);
    return filled;
  }

  /** {@code x + y}, element by element. */
  void add(Tensor x, Tensor y);

  /** {@code x − y}, element by element. */
  void subtract(Tensor x, Tensor y);

  /** Replaces x by {@code from − x}, element by element. */
  void subtractFrom(Tensor x, Tensor from);

  /** {@code x·y}, element by element. */
  void multiply(Tensor x, Tensor y);

  /** {@code x / y}, element by element. */
  void divide(Tensor x, Tensor y);

  /** {@code x + value}. */
  void add(Tensor x, double value);

  /** {@code x·factor}. */
  void scale(Tensor x, Later factor);

  /** {@code x·factor}. */
  default void scale(Tensor x, double factor) {
    scale(x, Later.of(factor));
  }

  /** Returns {@code x·factor}. */
  Tensor scaled(Tensor x, Later factor);

  /** Returns {@code x·factor}. */
  default Tensor scaled(Tensor x, double factor) {
    return scaled(x, Later.of(factor));
  }

  /** {@code x/divisor}. */
  void divide(Tensor x, double divisor);

  /**
   * Returns {@code x − row} for each row of x.
   *
   * @param row {@code [width]}
   */
  Tensor minusRow(Tensor x, Tensor row);

  /**
   * Adds a vector to each row.
   *
   * @param row {@code [width]}
   */
  void addToRows(Tensor x, Tensor row);

  /**
   * Multiplies each row by a number.
   *
   * @param factors {@code [rows]}
   */
  void scaleRows(Tensor x, Tensor factors);

  /** Replaces each value by a rule's result; the inputs' vectors have the tensor's shape. */
  void update(Tensor x, EntryRule rule, Inputs inputs);

  /** Returns e to the power of each value. */
  Tensor exponentials(Tensor x);

  /** Returns the sum of all values. */
  Later sum(Tensor x);

  /** Returns the sum of a rule's results over all values, added in order. */
  Later sum(Tensor x, EntryRule rule, Inputs inputs);

  /** Returns the sum of the squares of all values. */
  Later squares(Tensor x);

  /** Returns {@code Σ xᵢ·yᵢ}, for tensors of equal length. */
  Later product(Tensor x, Tensor y);

  /** Returns {@code Σ ‖xᵢ − x̄‖²} over the rows, where x̄ is the mean row. */
  Later spread(Tensor x);
}
