package io.github.sae4j;

import java.util.List;
import java.util.Objects;

/**
 * Records where a dictionary comes from, for readers of its file. What is not known is an empty
 * string or 0.
 *
 * @param model name of the model whose activations were learnt
 * @param tensor name of the tensor in that model
 * @param dump what was read, for people: names of files and of a tensor
 * @param trainedRows rows of the dump that were trained on
 * @param holdoutFrom first row of the dump that was held out
 * @param holdoutRows rows that were held out
 * @param tokensSeen rows that training saw, every pass counted
 * @param seed of the initialisation and the order of the rows
 * @param inputScale what activations were multiplied by in training; the stored weights are for
 *     activations as they are
 * @param parts what a row consists of, where that is more than one tensor's: input and target of a
 *     transcoder, or the sources of a crosscoder
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
   * A part of rows.
   *
   * @param name of an input, a target, a layer or a model
   * @param width its values
   * @param inputScale what they were multiplied by in training
   */
  public record Part(String name, int width, double inputScale) {

    public Part {
      Objects.requireNonNull(name, "name");
      if (width < 1 || !(inputScale > 0 && Double.isFinite(inputScale))) {
        throw new IllegalArgumentException(
            "part '%s' cannot be %d wide with an inputScale of %s"
                .formatted(name, width, inputScale));
      }
    }
  }

  /** Nothing is known. */
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

  /** What is known before training. */
  public static Provenance of(String model, String tensor, String dump) {
    return new Provenance(model, tensor, dump, 0, 0, 0, 0, 0, 1, List.of(), "", "");
  }

  /** With rows of the dump that training does not see. */
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

  /** With what a training run knows at its end; the version is that of this software. */
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

  /** The names of the parts, in the order of a row; empty where it is one tensor's. */
  public List<String> partNames() {
    return parts.stream().map(Part::name).toList();
  }

  /** The version of this software, {@code development} where Maven did not build it. */
  public static String currentVersion() {
    return BuildVersion.NUMBER;
  }

  private static void requireNotNegative(String name, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(name + " must not be negative, got " + value);
    }
  }
}
