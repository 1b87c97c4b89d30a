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

/** The libraries whose dictionary files can be read and written; see docs/formats.md. */
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

  /** Names of the files that layouts write, and that SAELens writes in addition. */
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

  /** Returns the format's name in commands. */
  public String label() {
    return label;
  }

  /** Whether a dictionary is one file instead of a directory. */
  public boolean isFile() {
    return layout.isFile();
  }

  /** Returns the format with that name. */
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

  /** Returns the format of the dictionary at a path, if there is one. */
  public static Optional<SaeFormat> at(Path path) {
    return Arrays.stream(values()).filter(each -> each.layout.isAt(path)).findFirst();
  }

  /**
   * Locates the dictionary that a path refers to: the path itself; its directory, if the path is
   * one of a dictionary's files; or the dictionary of a training run.
   *
   * @throws NoSuchFileException if there is nothing at the path
   * @throws IllegalArgumentException if there is no dictionary; the message names any inside
   */
  public static Path locate(Path path) throws IOException {
    return LOCATION.of(path);
  }

  /** Returns a training run's dictionary, or the directory itself if it is not a run. */
  static Path ofRun(Path directory) {
    return LOCATION.ofRun(directory);
  }

  /**
   * Reads the dictionary that a path refers to (see {@link #locate}), in any known format.
   *
   * @throws NoSuchFileException if there is nothing at the path, or a file is missing
   * @throws IllegalArgumentException if nothing there looks like a dictionary
   * @throws MalformedFileException if a file breaks its format, or needs something that is not
   *     supported here; the message names the file and the field or tensor
   */
  public static StoredSae readAny(Path path) throws IOException {
    Path sae = locate(path);
    return at(sae).orElse(SAELENS).read(sae);
  }

  /**
   * Rejects a target that {@link #write} must not replace: anything other than a dictionary, or a
   * directory that also holds other files.
   *
   * @throws IllegalArgumentException if anything else is there; the message names it
   */
  public static void requireReplaceable(Path target) throws IOException {
    if (!Files.exists(target)) {
      return;
    }
    if (at(target).isEmpty()) {
      throw new IllegalArgumentException(target + " is not an SAE; refusing to overwrite it");
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
   * Writes a dictionary, replacing whatever is there, completely or not at all.
   *
   * @throws IllegalArgumentException if the format cannot express it; the message says what the
   *     format lacks
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
