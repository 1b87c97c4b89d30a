package io.github.sae4j.checkpoint;

import io.github.sae4j.format.AtomicFiles;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.format.OwnDirectory;
import io.github.sae4j.format.ReplacedDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The libraries whose files of dictionaries are read and written; docs/formats.md has them all. */
public enum SaeFormat {
  /** SAELens, current and before 6.0; also this software's own. */
  SAELENS("saelens", new SaeLensLayout()),
  /** EleutherAI's sparsify. */
  SPARSIFY("sparsify", new SparsifyLayout()),
  /** dictionary_learning. */
  DICTIONARY_LEARNING("dictionary_learning", new DictionaryLearningLayout()),
  /** Gemma Scope 1. */
  GEMMA_SCOPE("gemma-scope", GemmaScopeLayout.first()),
  /** Gemma Scope 2. */
  GEMMA_SCOPE_2("gemma-scope-2", GemmaScopeLayout.second()),
  /** Llama Scope. */
  LLAMA_SCOPE("llama-scope", new LlamaScopeLayout()),
  /** OpenAI's sparse_autoencoder. */
  OPENAI("openai", new OpenAiLayout());

  private static final String CHECKPOINTS = "checkpoints";

  /** What all layouts write, and SAELens beside it. */
  private static final Set<String> FILES =
      Set.of(
          SaeLensLayout.CONFIG,
          SaeLensLayout.WEIGHTS,
          "sparsity.safetensors",
          "sae.safetensors",
          "ae.pt",
          "config.json",
          "params.npz",
          "params.safetensors",
          "hyperparams.json",
          CHECKPOINTS);

  private static final SaeLocation LOCATION = new SaeLocation(path -> at(path).isPresent(), list());

  private final String label;

  @SuppressWarnings("ImmutableEnumChecker") // layouts have no state
  private final SaeLayout layout;

  SaeFormat(String label, SaeLayout layout) {
    this.label = label;
    this.layout = layout;
  }

  /** The name in commands. */
  public String label() {
    return label;
  }

  /** Whether a dictionary is one file instead of a directory. */
  public boolean isFile() {
    return layout.isFile();
  }

  /** The format of that name. */
  public static SaeFormat named(String label) {
    return Arrays.stream(values())
        .filter(each -> each.label.equalsIgnoreCase(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no format '%s', only %s".formatted(label, list())));
  }

  static String list() {
    return Arrays.stream(values()).map(SaeFormat::label).collect(Collectors.joining(", "));
  }

  /** The format of what is at a path, if it is a dictionary. */
  public static Optional<SaeFormat> at(Path path) {
    return Arrays.stream(values()).filter(each -> each.layout.isAt(path)).findFirst();
  }

  /**
   * Where the dictionary is that a path means: at the path itself; in its directory, if it is a
   * file of one; or in the training run, if it is one.
   *
   * @throws NoSuchFileException if there is nothing at the path
   * @throws IllegalArgumentException if there is no dictionary; names those inside
   */
  public static Path locate(Path path) throws IOException {
    return LOCATION.of(path);
  }

  /** A training run's dictionary, or the directory itself if it is not a run. */
  static Path ofRun(Path directory) {
    return LOCATION.ofRun(directory);
  }

  /**
   * Reads the dictionary that a path means (see {@link #locate}), in any known format.
   *
   * @throws NoSuchFileException if there is nothing at the path, or a file is missing
   * @throws IllegalArgumentException if nothing there looks like a dictionary
   * @throws MalformedFileException if a file breaks its format, or asks for something that a
   *     dictionary here does not do; names the file and the field or tensor
   */
  public static StoredSae readAny(Path path) throws IOException {
    Path sae = locate(path);
    return at(sae).orElse(SAELENS).read(sae);
  }

  /**
   * Refuses what {@link #write} must not replace: anything but a dictionary, and a directory that
   * holds other files too.
   *
   * @throws IllegalArgumentException if something else is there; names it
   */
  public static void requireReplaceable(Path target) throws IOException {
    if (!Files.exists(target)) {
      return;
    }
    if (at(target).isEmpty()) {
      throw new IllegalArgumentException(target + " is not an SAE, so it is not replaced");
    }
    OwnDirectory.requireOnly(target, FILES::contains, "an SAE");
    OwnDirectory.requireOnly(target.resolve(CHECKPOINTS), LlamaScopeLayout.FINAL::equals, "an SAE");
  }

  /** Reads a dictionary of this format; its codes and reconstructions are those of the library. */
  public StoredSae read(Path path) throws IOException {
    try {
      return layout.read(path);
    } catch (IllegalArgumentException e) {
      throw new MalformedFileException(path, -1, e.getMessage());
    }
  }

  /**
   * Writes a dictionary in the place of whatever is there, whole or not at all.
   *
   * @throws IllegalArgumentException if the format cannot express it; says what it lacks
   */
  public void write(Path target, StoredSae stored) throws IOException {
    if (layout.isFile()) {
      layout.write(target, stored);
      return;
    }
    Path temporary = ReplacedDirectory.create(target);
    try {
      layout.write(temporary, stored);
      ReplacedDirectory.replace(temporary, target);
    } finally {
      AtomicFiles.deleteTree(temporary);
    }
  }
}
