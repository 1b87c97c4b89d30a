package io.github.sae4j.train;

import io.github.sae4j.cpu.HostFloats;
import io.github.sae4j.format.AtomicFiles;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.format.ReplacedDirectory;
import io.github.sae4j.format.SafetensorsFile;
import io.github.sae4j.format.SafetensorsWriter;
import io.github.sae4j.format.TensorInfo;
import io.github.sae4j.store.Checksums;
import io.github.sae4j.store.ShuffledRows.Position;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Everything that a run needs to continue as if it had never stopped. On disk, a directory with
 * {@code state.safetensors} (the tensors) and {@code state.json} (everything else).
 *
 * @param progress contents of {@code state.json}
 * @param tensors file of the tensors, which are copied on demand
 */
record Checkpoint(Progress progress, Path tensors) {
  static final int VERSION = 4;
  private static final int RUN = 1 << 16;
  private static final String JSON_FILE = "state.json";
  private static final String TENSORS_FILE = "state.safetensors";
  private static final String PARAMETERS = "parameters";
  private static final String UPDATER = "updater";
  private static final String AVERAGE = "average";
  private static final String INPUT_MEAN = "input_mean";
  private static final String TOKENS_SINCE_FIRED = "tokens_since_fired";

  /**
   * The progress of a run.
   *
   * @param version format version, always {@link #VERSION}
   * @param step steps completed
   * @param tokens rows seen
   * @param position position in the sequence of rows
   * @param inputScales factor of each part of a row, applied after subtracting its mean, if any; a
   *     single number if rows have one part
   * @param sparsity state of the controller for a target number of activations
   * @param seconds training time so far, in seconds
   * @param crc32c CRC-32C of {@code state.safetensors}, eight hexadecimal digits
   */
  record Progress(
      int version,
      long step,
      long tokens,
      Position position,
      List<Double> inputScales,
      SparsityControl.State sparsity,
      double seconds,
      String crc32c) {

    Progress {
      inputScales = List.copyOf(inputScales);
      Objects.requireNonNull(position, "position");
      Objects.requireNonNull(crc32c, "crc32c");
      Objects.requireNonNull(sparsity, "sparsity");
      if (version != VERSION) {
        throw new IllegalArgumentException(
            "expected checkpoint version " + VERSION + ", found " + version);
      }
      if (step < 1
          || step > Integer.MAX_VALUE
          || tokens < step
          || inputScales.isEmpty()
          || inputScales.stream().anyMatch(scale -> !(scale > 0))) {
        throw new IllegalArgumentException(
            "invalid checkpoint: step %d, token %d, input scales %s"
                .formatted(step, tokens, inputScales));
      }
    }
  }

  /**
   * Writes the directory atomically, directly from the network's memory.
   *
   * @param inputMean mean subtracted from rows, {@code [width]}; empty for none
   */
  static void write(Path directory, Progress progress, NetworkState network, float[] inputMean)
      throws IOException {
    Path temporary = ReplacedDirectory.create(directory);
    try {
      Path tensors = temporary.resolve(TENSORS_FILE);
      HostFloats parameters = network.parameters();
      HostFloats updater = network.updater();
      long[] counts = network.latents().tokensSinceFired();
      SafetensorsWriter writer =
          new SafetensorsWriter()
              .floats(PARAMETERS, parameters::get, parameters.length())
              .floats(UPDATER, updater::get, updater.length())
              .longs(TOKENS_SINCE_FIRED, counts, counts.length);
      if (network.average() != null) {
        writer.floats(AVERAGE, network.average()::get, network.average().length());
      }
      if (inputMean.length > 0) {
        writer.floats(INPUT_MEAN, inputMean, inputMean.length);
      }
      writer.write(tensors);
      Progress checked =
          new Progress(
              VERSION,
              progress.step(),
              progress.tokens(),
              progress.position(),
              progress.inputScales(),
              progress.sparsity(),
              progress.seconds(),
              Checksums.crc32c(tensors));
      RunJson.write(temporary.resolve(JSON_FILE), checked);
      ReplacedDirectory.replace(temporary, directory);
    } finally {
      AtomicFiles.deleteTree(temporary);
    }
  }

  /**
   * Reads a directory and checks its settings, its checksum and the names of its tensors.
   *
   * @throws MalformedFileException if a file is damaged or incomplete
   */
  static Checkpoint read(Path directory) throws IOException {
    Progress progress = RunJson.read(directory.resolve(JSON_FILE), Progress.class, VERSION);
    Path tensors = directory.resolve(TENSORS_FILE);
    String found = Checksums.crc32c(tensors);
    if (!found.equals(progress.crc32c())) {
      throw new MalformedFileException(
          tensors, -1, "its CRC-32C is " + found + ", expected " + progress.crc32c());
    }
    try (SafetensorsFile file = SafetensorsFile.open(tensors)) {
      for (String name : List.of(PARAMETERS, UPDATER, TOKENS_SINCE_FIRED)) {
        file.tensor(name);
      }
      return new Checkpoint(progress, tensors);
    } catch (IllegalArgumentException e) {
      throw new MalformedFileException(tensors, -1, e.getMessage());
    }
  }

  /**
   * Copies the tensors directly into a network's memory.
   *
   * @throws IllegalArgumentException if the network's sizes differ
   */
  void restore(NetworkState network) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(tensors)) {
      copy(file, PARAMETERS, network.parameters());
      copy(file, UPDATER, network.updater());
      if (network.average() != null) {
        copy(file, AVERAGE, network.average());
      }
      network.latents().restore(file.readAllLongs(TOKENS_SINCE_FIRED));
    }
  }

  /** Returns the mean subtracted from rows, {@code [width]}; empty for none. */
  float[] inputMean() throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(tensors)) {
      return file.tensors().containsKey(INPUT_MEAN) ? file.readAllFloats(INPUT_MEAN) : new float[0];
    }
  }

  private static void copy(SafetensorsFile file, String name, HostFloats to) throws IOException {
    TensorInfo tensor = file.tensor(name);
    if (tensor.elements() != to.length()) {
      throw new IllegalArgumentException(
          "%s: the tensor '%s' must have %,d values, found %,d"
              .formatted(file.path(), name, to.length(), tensor.elements()));
    }
    float[] run = new float[RUN];
    for (long done = 0; done < to.length(); done += RUN) {
      int n = (int) Math.min(RUN, to.length() - done);
      file.readFloats(tensor, done, n, run, 0);
      to.put(done, run, 0, n);
    }
  }
}
