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

/** Latents that are changed, and how. */
final class EditOptions {
  @Option(
      names = "--ablate",
      paramLabel = "LATENT",
      split = ",",
      description = "Also: set these latents to 0, each by itself, and leave all else as it is.")
  private List<Integer> ablated = List.of();

  @Option(
      names = "--clamp",
      paramLabel = "LATENT=X",
      split = ",",
      description = "Also: set these latents to X everywhere, each by itself.")
  private Map<Integer, Double> clamped = Map.of();

  @Option(
      names = "--steer",
      paramLabel = "LATENT=X",
      split = ",",
      description = "Also: add X to these latents everywhere, each by itself.")
  private Map<Integer, Double> steered = Map.of();

  @Option(
      names = "--jointly",
      description = "Make all changes of --ablate, --clamp and --steer at once instead.")
  private boolean jointly;

  /**
   * What these options replace activations with.
   *
   * @param name of the dictionary
   */
  List<Intervention> interventions(String name, SparseAutoencoder dictionary) {
    List<LatentEdit> edits = new ArrayList<>();
    ablated.forEach(latent -> edits.add(LatentEdit.ablate(latent)));
    clamped.forEach((latent, value) -> edits.add(LatentEdit.clamp(latent, value)));
    steered.forEach((latent, value) -> edits.add(LatentEdit.steer(latent, value)));
    if (edits.isEmpty() && jointly) {
      throw new IllegalArgumentException(
          "--jointly joins changes of latents, but there is no --ablate, --clamp or --steer");
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
