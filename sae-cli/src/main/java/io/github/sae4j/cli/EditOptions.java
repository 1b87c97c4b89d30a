package io.github.sae4j.cli;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.splice.EditedLatents;
import io.github.sae4j.splice.Intervention;
import io.github.sae4j.splice.LatentEdit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** Options for changing latents. */
final class EditOptions {
  @Option(
      names = "--ablate",
      paramLabel = "LATENT",
      split = ",",
      description =
          "Also set these latents to 0, one at a time, leaving everything else unchanged.")
  private List<Integer> ablated = List.of();

  @Option(
      names = "--clamp",
      paramLabel = "LATENT=X",
      split = ",",
      description = "Also set these latents to X everywhere, one at a time.")
  private Map<Integer, Double> clamped = Map.of();

  @Option(
      names = "--steer",
      paramLabel = "LATENT=X",
      split = ",",
      description = "Also add X to these latents everywhere, one at a time.")
  private Map<Integer, Double> steered = Map.of();

  @Option(
      names = "--jointly",
      description =
          "Apply all --ablate, --clamp and --steer changes together instead of one at a time.")
  private boolean jointly;

  /**
   * Returns the interventions that these options define.
   *
   * @param name name of the dictionary
   */
  List<Intervention> interventions(String name, SparseAutoencoder dictionary) {
    List<LatentEdit> edits = new ArrayList<>();
    ablated.forEach(latent -> edits.add(LatentEdit.ablate(latent)));
    clamped.forEach((latent, value) -> edits.add(LatentEdit.clamp(latent, value)));
    steered.forEach((latent, value) -> edits.add(LatentEdit.steer(latent, value)));
    if (edits.isEmpty() && jointly) {
      throw new IllegalArgumentException(
          "--jointly needs at least one of --ablate, --clamp and --steer");
    }
    List<List<LatentEdit>> groups =
        jointly ? List.of(edits) : edits.stream().map(List::of).toList();
    List<Intervention> interventions = new ArrayList<>();
    for (List<LatentEdit> group : groups) {
      String what = group.stream().map(EditOptions::words).collect(Collectors.joining(" + "));
      interventions.add(new EditedLatents(name + ": " + what, dictionary, group));
    }
    return interventions;
  }

  private static String words(LatentEdit edit) {
    return edit.kind().name().toLowerCase(Locale.ROOT)
        + " "
        + edit.latent()
        + (edit.kind() == LatentEdit.Kind.ABLATE ? "" : "=" + edit.value());
  }
}
