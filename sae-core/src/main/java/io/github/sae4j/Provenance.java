package io.github.sae4j;

import java.util.List;
import java.util.Objects;

/**
 * Records where a dictionary comes from, for readers of its file. Unknown values are an empty
 * string or 0.
 *
 * @param model name of the model that the activations come from
 * @param tensor name of the tensor in that model
 * @param dump a description of what was read: the names of files and of a tensor
 * @param trainedRows number of rows of the dump that were trained on
 * @param holdoutFrom index of the first held-out row of the dump
 * @param holdoutRows number of held-out rows
 * @param tokensSeen rows seen in training, counted once per pass
 * @param seed seed of the initialisation and of the row order
 * @param inputScale factor that activations were multiplied by in training; the stored weights
 *     apply to unscaled activations
 * @param parts the parts of a row that spans several tensors: input and target of a transcoder, or
 *     the sources of a crosscoder; otherwise empty
 * @param sae4jVersion version of the software
 * @param created when training ended, as an ISO 8601 instant
 */
public record Provenance(
    String model,
    String tensor,
    String dump,
    long trainedRows,
    long holdoutFrom,
    long holdoutRows,
    long tokensSeen,
    long seed,
    double inputScale,
    List<Part> parts,
    String sae4jVersion,
    String created) {

  /**
   * A part of each row.
   *
   * @param name name of an input, target, layer or model
   * @param width number of values
   * @param inputScale factor that they were multiplied by in training
   */
  public record Part(String name, int width, double inputScale) {

    public Part {
      Objects.requireNonNull(name, "name");
      if (width < 1 || !(inputScale > 0 && Double.isFinite(inputScale))) {
        throw new IllegalArgumentException(
            "part '%s' must have a positive width and inputScale, got %d and %s"
                .formatted(name, width, inputScale));
      }
    }
  }

  /** The provenance of a dictionary about which nothing is known. */
  public static final Provenance UNKNOWN = of("", "", "");

  public Provenance {
    parts = List.copyOf(parts);
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(tensor, "tensor");
    Objects.requireNonNull(dump, "dump");
    Objects.requireNonNull(sae4jVersion, "sae4jVersion");
    Objects.requireNonNull(created, "created");
    requireNotNegative("trainedRows", trainedRows);
    requireNotNegative("holdoutFrom", holdoutFrom);
    requireNotNegative("holdoutRows", holdoutRows);
    requireNotNegative("tokensSeen", tokensSeen);
    if (!(inputScale > 0 && Double.isFinite(inputScale))) {
      throw new IllegalArgumentException("inputScale must be positive, got " + inputScale);
    }
  }

  /** Returns what is known before training. */
  public static Provenance of(String model, String tensor, String dump) {
    return new Provenance(model, tensor, dump, 0, 0, 0, 0, 0, 1, List.of(), "", "");
  }

  /** Returns a copy that records the rows held out from training. */
  public Provenance withHoldout(long from, long rows) {
    return new Provenance(
        model,
        tensor,
        dump,
        trainedRows,
        from,
        rows,
        tokensSeen,
        seed,
        inputScale,
        parts,
        sae4jVersion,
        created);
  }

  /**
   * Returns a copy that adds what is known at the end of training, with the version of this
   * software.
   */
  public Provenance withTraining(
      long trainedRows,
      long tokensSeen,
      long seed,
      double inputScale,
      List<Part> parts,
      String created) {
    return new Provenance(
        model,
        tensor,
        dump,
        trainedRows,
        holdoutFrom,
        holdoutRows,
        tokensSeen,
        seed,
        inputScale,
        parts,
        currentVersion(),
        created);
  }

  /** Returns the names of the parts in row order; empty if rows come from one tensor. */
  public List<String> partNames() {
    return parts.stream().map(Part::name).toList();
  }

  /** Returns the version of this software, {@code development} if Maven did not build it. */
  public static String currentVersion() {
    return BuildVersion.NUMBER;
  }

  private static void requireNotNegative(String name, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(name + " must not be negative, got " + value);
    }
  }
}
