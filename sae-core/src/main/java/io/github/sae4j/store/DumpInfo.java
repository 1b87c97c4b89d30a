package io.github.sae4j.store;

import io.github.sae4j.format.DType;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Describes a dump before its first row is written.
 *
 * @param model name of the model whose activations these are
 * @param tokenizer name of the tokenizer
 * @param tensors the tensors of each row, at least one
 * @param keepSpecialTokens whether special tokens have rows
 * @param rowsPerShard rows in each file except the last; this many are held in memory
 */
public record DumpInfo(
    String model,
    String tokenizer,
    List<Tensor> tensors,
    boolean keepSpecialTokens,
    int rowsPerShard) {

  public DumpInfo {
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(tokenizer, "tokenizer");
    tensors = List.copyOf(tensors);
    requireTensors(tensors);
    if (rowsPerShard < 1) {
      throw new IllegalArgumentException("rowsPerShard must be at least 1, got " + rowsPerShard);
    }
    for (Tensor tensor : tensors) {
      if ((long) rowsPerShard * tensor.width() > Integer.MAX_VALUE - 8) {
        throw new IllegalArgumentException(
            "a shard of "
                + rowsPerShard
                + " rows of '"
                + tensor.name()
                + "' is too large: use at most "
                + (Integer.MAX_VALUE - 8) / tensor.width()
                + " rows per shard");
      }
    }
  }

  static void requireTensors(List<Tensor> tensors) {
    if (tensors.isEmpty()) {
      throw new IllegalArgumentException("a dump needs at least one tensor");
    }
    Set<String> names = new HashSet<>();
    for (Tensor tensor : tensors) {
      if (!names.add(tensor.name())) {
        throw new IllegalArgumentException("tensor '" + tensor.name() + "' is given twice");
      }
    }
  }

  /**
   * A tensor whose rows are dumped.
   *
   * @param name the tensor's name in the model
   * @param width number of values per row
   * @param dtype type in which they are stored: F32 or BF16
   */
  public record Tensor(String name, int width, DType dtype) {

    public Tensor {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(dtype, "dtype");
      if (ShardLayout.isReserved(name)) {
        throw new IllegalArgumentException("a dump's tensor cannot be named '" + name + "'");
      }
      if (width < 1) {
        throw new IllegalArgumentException(
            "tensor '" + name + "' must have a width of at least 1, got " + width);
      }
      if (dtype != DType.F32 && dtype != DType.BF16) {
        throw new IllegalArgumentException(
            "tensor '" + name + "' can be stored as F32 or BF16, not as " + dtype);
      }
    }
  }
}
