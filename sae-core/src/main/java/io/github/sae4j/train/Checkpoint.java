package io.github.sae4j.train;

import io.github.sae4j.format.AtomicFiles;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.format.SafetensorsFile;
import io.github.sae4j.format.SafetensorsWriter;
import io.github.sae4j.store.Checksums;
import io.github.sae4j.store.ShuffledRows.Position;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Everything that a run needs to go on as if it had never stopped. On disk a directory of {@code
 * state.safetensors} (the numbers) and {@code state.json} (the rest).
 *
 * @param progress what {@code state.json} holds
 * @param network parameters, updater state and counts of latents
 */
record Checkpoint(Progress progress, NetworkState network) {
  static final int VERSION = 1;
  private static final String JSON_FILE = "state.json";
  private static final String TENSORS_FILE = "state.safetensors";
  private static final String PARAMETERS = "parameters";
  private static final String UPDATER = "updater";
  private static final String TOKENS_SINCE_FIRED = "tokens_since_fired";

  /**
   * Where a run stands.
   *
   * @param version of the format, always {@link #VERSION}
   * @param step steps that are done
   * @param tokens rows seen
   * @param position in the sequence of rows
   * @param inputScale what rows are multiplied by
   * @param seconds of training so far
   * @param crc32c of {@code state.safetensors}, eight hexadecimal digits
   */
  record Progress(
      int version,
      long step,
      long tokens,
      Position position,
      double inputScale,
      double seconds,
      String crc32c) {

    Progress {
      Objects.requireNonNull(position, "position");
      Objects.requireNonNull(crc32c, "crc32c");
      if (version != VERSION) {
        throw new IllegalArgumentException(
            "expected checkpoint version " + VERSION + ", found " + version);
      }
      if (step < 1 || step > Integer.MAX_VALUE || tokens < step || !(inputScale > 0)) {
        throw new IllegalArgumentException(
            "no checkpoint can be at step %d, token %d with input scale %s"
                .formatted(step, tokens, inputScale));
      }
    }
  }

  /** Writes the directory whole or not at all. */
  void write(Path directory) throws IOException {
    Path temporary = AtomicFiles.temporarySibling(directory);
    try {
      Files.createDirectories(temporary);
      Path tensors = temporary.resolve(TENSORS_FILE);
      float[] parameters = network.parameters();
      float[] updater = network.updater();
      long[] counts = network.tokensSinceFired();
      new SafetensorsWriter()
          .floats(PARAMETERS, parameters, parameters.length)
          .floats(UPDATER, updater, updater.length)
          .longs(TOKENS_SINCE_FIRED, counts, counts.length)
          .write(tensors);
      Progress checked =
          new Progress(
              VERSION,
              progress.step(),
              progress.tokens(),
              progress.position(),
              progress.inputScale(),
              progress.seconds(),
              Checksums.crc32c(tensors));
      RunJson.write(temporary.resolve(JSON_FILE), checked);
      AtomicFiles.replaceDirectory(temporary, directory);
    } finally {
      AtomicFiles.deleteTree(temporary);
    }
  }

  /**
   * Reads a directory.
   *
   * @throws MalformedFileException if a file is damaged or incomplete
   */
  static Checkpoint read(Path directory) throws IOException {
    Progress progress = RunJson.read(directory.resolve(JSON_FILE), Progress.class);
    Path tensors = directory.resolve(TENSORS_FILE);
    String found = Checksums.crc32c(tensors);
    if (!found.equals(progress.crc32c())) {
      throw new MalformedFileException(
          tensors, -1, "its CRC-32C is " + found + ", expected " + progress.crc32c());
    }
    try (SafetensorsFile file = SafetensorsFile.open(tensors)) {
      return new Checkpoint(
          progress,
          new NetworkState(
              file.readAllFloats(PARAMETERS),
              file.readAllFloats(UPDATER),
              file.readAllLongs(TOKENS_SINCE_FIRED)));
    } catch (IllegalArgumentException e) {
      throw new MalformedFileException(tensors, -1, e.getMessage());
    }
  }
}
