package io.github.sae4j.cli;

import io.github.sae4j.Provenance;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.JoinedSource;
import io.github.sae4j.store.PartFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Options for the location of rows: one dump, or several named dumps with corresponding rows:
 * {@code input} and {@code target} of a transcoder, or the sources of a crosscoder.
 */
final class DataOptions {
  private static final List<String> TRANSCODER = List.of("input", "target");
  private static final Set<String> MISTAKES =
      Set.of(
          "input", "inputs", "in", "inp", "src", "target", "targets", "tgt", "out", "output",
          "outputs");

  @Option(
      names = "--data",
      required = true,
      paramLabel = "[NAME=]DUMP",
      arity = "1..*",
      parameterConsumer = DataFiles.Reader.class,
      description =
          "Activations: a dump, or files of one format (safetensors, npy, pt ...); for a transcoder, input=DUMP and target=DUMP; for a crosscoder, one NAME=DUMP per source.")
  private DataFiles data;

  @Option(
      names = "--tensor",
      paramLabel = "[NAME=]TENSOR",
      description =
          "Tensor to use if there are several (default in 'sae eval': the one used in training); with several --data, NAME=TENSOR.")
  private List<String> tensors = List.of();

  @Mixin private VerifyOption verify = new VerifyOption();

  /** Returns whether the rows consist of several named parts. */
  boolean joined() {
    return data.areParts();
  }

  /** Returns whether the parts are an input and a target. */
  boolean isOfTranscoder() {
    return joined() && byPart("--data", data.values()).keySet().equals(Set.copyOf(TRANSCODER));
  }

  /**
   * Rejects parts that look like a transcoder's but are misnamed.
   *
   * @throws IllegalArgumentException if there are any; the message says how to name them
   */
  void refuseNamesByMistake() {
    Set<String> names = byPart("--data", data.values()).keySet();
    List<String> mistaken =
        names.stream().filter(name -> MISTAKES.contains(OptionValues.folded(name))).toList();
    if (!mistaken.isEmpty() && !isOfTranscoder()) {
      throw new IllegalArgumentException(
          "--data names %s: a transcoder's parts must be named input and target; if these are the"
                  .formatted(names)
              + " sources of a crosscoder, add --task crosscoder");
    }
  }

  /** Returns the dump, or the first part's dump. */
  Path path() {
    return joined() ? parts(Provenance.UNKNOWN).get(0).path() : data.path();
  }

  /** Returns the tensor of a single dump, if given; the last value counts. */
  Optional<String> tensor() {
    return joined() || tensors.isEmpty()
        ? Optional.empty()
        : Optional.of(tensors.get(tensors.size() - 1));
  }

  /**
   * Opens the rows; if a single dump has several tensors and none is named, opens the one used in
   * training.
   *
   * @param provenance provenance of the dictionary, whose parts must be given, in any order
   * @throws IllegalArgumentException if parts have other names, or their rows do not correspond
   */
  ActivationSource open(Provenance provenance) throws IOException {
    if (joined()) {
      return JoinedSource.open(parts(provenance), verify.onRead());
    }
    List<String> learnt = provenance.partNames();
    if (!learnt.isEmpty()) {
      throw new IllegalArgumentException(
          "the SAE was trained on rows of %s: --data must name each of them, as %s=DUMP"
              .formatted(learnt, learnt.get(0)));
    }
    return StoredRun.openRows(path(), tensor().orElse(null), provenance, verify.onRead());
  }

  private List<PartFile> parts(Provenance provenance) {
    Map<String, String> dumps = byPart("--data", data.values());
    Map<String, String> names = byPart("--tensor", tensors);
    if (dumps.size() < 2) {
      throw new IllegalArgumentException(
          "--data must name at least two parts (input=DUMP target=DUMP, or sources), got "
              + data.values());
    }
    List<String> order = order(dumps.keySet(), provenance);
    for (String name : names.keySet()) {
      if (!dumps.containsKey(name)) {
        throw new IllegalArgumentException(
            "--tensor names '%s', but --data has %s".formatted(name, order));
      }
    }
    return order.stream()
        .map(name -> new PartFile(name, Path.of(dumps.get(name)), names.get(name)))
        .toList();
  }

  /**
   * Returns the parts in training order, if known, otherwise with input before target, otherwise as
   * given.
   */
  private static List<String> order(Set<String> given, Provenance provenance) {
    List<String> learnt = provenance.partNames();
    if (learnt.isEmpty()) {
      return given.equals(Set.copyOf(TRANSCODER)) ? TRANSCODER : List.copyOf(given);
    }
    if (!given.equals(Set.copyOf(learnt))) {
      throw new IllegalArgumentException(
          "the SAE was trained on rows of %s, but --data names %s".formatted(learnt, given));
    }
    return learnt;
  }

  private static Map<String, String> byPart(String option, List<String> values) {
    Map<String, String> parts = new LinkedHashMap<>();
    for (String value : values) {
      Matcher form = DataFiles.part(value);
      if (!form.matches()) {
        throw new IllegalArgumentException(
            "%s must be NAME=… if there are several, got '%s'".formatted(option, value));
      }
      if (parts.put(form.group(1), form.group(2)) != null) {
        throw new IllegalArgumentException(
            "%s names the part '%s' twice".formatted(option, form.group(1)));
      }
    }
    return parts;
  }
}
