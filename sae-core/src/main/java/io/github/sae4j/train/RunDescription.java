package io.github.sae4j.train;

import io.github.sae4j.Provenance;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.RowFingerprint;
import io.github.sae4j.store.SourcePart;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The {@code config.json} of a run directory: the settings and the rows.
 *
 * @param version format version, always {@link #VERSION}
 * @param config all settings
 * @param source description of the rows
 * @param rows number of rows
 * @param width width of a row
 * @param parts parts of a row, in order; empty if there is only one
 * @param fingerprint fingerprint of the rows
 * @param provenance what was known about the rows at the start of the run
 */
record RunDescription(
    int version,
    TrainConfig config,
    String source,
    long rows,
    int width,
    List<SourcePart> parts,
    RowFingerprint fingerprint,
    Provenance provenance) {
  static final int VERSION = 9;

  /** Settings that may change when a run is resumed, since they do not affect the result. */
  private static final Set<String> FREE =
      Stream.concat(
              Stream.of(OutputSettings.class.getRecordComponents()).map(RecordComponent::getName),
              Stream.of("device"))
          .map(OptionNames::of)
          .collect(Collectors.toUnmodifiableSet());

  RunDescription {
    Objects.requireNonNull(config, "config");
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(fingerprint, "fingerprint");
    Objects.requireNonNull(provenance, "provenance");
    parts = List.copyOf(parts);
    if (version != VERSION) {
      throw new IllegalArgumentException("expected run version " + VERSION + ", found " + version);
    }
  }

  static RunDescription of(TrainConfig config, ActivationSource source, Provenance provenance)
      throws IOException {
    List<SourcePart> parts = source.parts();
    return new RunDescription(
        VERSION,
        config,
        source.description(),
        source.rows(),
        source.width(),
        parts.size() == 1 ? List.of() : parts,
        source.fingerprint(),
        provenance);
  }

  /**
   * Returns, as clauses, how a description differs from this one in anything that affects the
   * result; empty if it does not. The location of the rows may change.
   */
  List<String> differences(RunDescription other) {
    List<String> differences = new ArrayList<>();
    note(differences, "width of the rows", width, other.width);
    note(differences, "number of rows", rows, other.rows);
    note(differences, "order of the parts", names(parts), names(other.parts));
    if (differences.isEmpty() && fingerprint.differsFrom(other.fingerprint)) {
      differences.add(
          "the rows are different (their fingerprint was %s and is now %s)"
              .formatted(fingerprint, other.fingerprint));
    }
    OptionNames.differences(config, other.config)
        .forEach(
            (option, clause) -> {
              if (!FREE.contains(option)) {
                differences.add(clause);
              }
            });
    return differences;
  }

  /**
   * Returns this run's settings, updated with the given ones that may change. All others are this
   * run's, as if they had been given again.
   *
   * @param given new settings, only some of which were set explicitly
   * @param options the given options
   * @throws IllegalArgumentException if a given option affects the result and differs from this
   *     run's; the message names all such options
   */
  TrainConfig resumedWith(TrainConfig given, Set<String> options) {
    List<String> clauses = new ArrayList<>();
    OptionNames.differences(config, given.settledAs(config))
        .forEach(
            (option, clause) -> {
              if (options.contains(option) && !FREE.contains(option)) {
                clauses.add(clause);
              }
            });
    if (!clauses.isEmpty()) {
      throw new IllegalArgumentException(
          "the run cannot be resumed with other settings: " + String.join("; ", clauses));
    }
    OutputSettings ours = config.output();
    OutputSettings theirs = given.output();
    TrainConfig moved = options.contains("--device") ? config.on(given.device()) : config;
    return moved.with(
        new OutputSettings(
            (options.contains("--log-every") ? theirs : ours).logEvery(),
            (options.contains("--checkpoint-every") ? theirs : ours).checkpointEvery(),
            (options.contains("--keep-checkpoints") ? theirs : ours).keepCheckpoints()));
  }

  private static List<String> names(List<SourcePart> parts) {
    return parts.stream().map(SourcePart::name).toList();
  }

  private static void note(List<String> differences, String name, Object ours, Object theirs) {
    if (!Objects.equals(ours, theirs)) {
      differences.add("%s was %s and is now %s".formatted(name, ours, theirs));
    }
  }
}
