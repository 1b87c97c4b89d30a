package io.github.sae4j.examples.compression;

import io.github.sae4j.store.ActivationDump;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.OnRead;
import io.github.sae4j.store.TextRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows of texts, and the lexicographer file of each text, its first concept.
 *
 * @param rows {@code [n, width]}
 * @param texts the text of each row, from 0
 * @param labels the class of each text
 * @param classes number of classes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record StudyRows(float[] rows, int width, int[] texts, int[] labels, int classes) {

  int count() {
    return texts.length;
  }

  /** Reads rows of a dump, from the first whole text after {@code from}. */
  static StudyRows read(Path path, long from, int most) throws IOException {
    try (ActivationDump dump = ActivationDump.open(path, OnRead.TRUST);
        ActivationSource source = dump.source(null)) {
      int n = (int) Math.min(most, source.rows() - from);
      int[] example = new int[n];
      dump.origins().read(from, n, example, new int[n], new int[n], new int[n]);
      int first = 0;
      while (from > 0 && first < n && example[first] == example[0]) {
        first++;
      }
      int end = n; // the last text may be cut
      while (from + n < source.rows() && end > first && example[end - 1] == example[n - 1]) {
        end--;
      }
      float[] rows = new float[(end - first) * source.width()];
      source.read(from + first, end - first, rows, 0);
      return of(rows, source.width(), Arrays.copyOfRange(example, first, end), dump.texts());
    }
  }

  private static StudyRows of(float[] rows, int width, int[] example, List<TextRecord> records) {
    Map<String, Integer> classes = new HashMap<>();
    Map<Integer, Integer> numbers = new HashMap<>();
    int[] texts = new int[example.length];
    int[] labels = new int[example.length];
    for (int i = 0; i < example.length; i++) {
      String name = records.get(example[i]).concepts().get(0);
      int label = classes.computeIfAbsent(name, key -> classes.size());
      texts[i] = numbers.computeIfAbsent(example[i], key -> numbers.size());
      labels[texts[i]] = label;
    }
    return new StudyRows(rows, width, texts, Arrays.copyOf(labels, numbers.size()), classes.size());
  }

  /** Returns the mean of each text's rows, divided by its length, {@code [texts, width]}. */
  float[] pooled(float[] values) {
    float[] sums = new float[labels.length * width];
    for (int row = 0; row < count(); row++) {
      for (int j = 0; j < width; j++) {
        sums[texts[row] * width + j] += values[row * width + j];
      }
    }
    for (int at = 0; at < sums.length; at += width) {
      double squares = 0;
      for (int j = at; j < at + width; j++) {
        squares += (double) sums[j] * sums[j];
      }
      for (int j = at; j < at + width; j++) {
        sums[j] /= (float) Math.sqrt(squares);
      }
    }
    return sums;
  }

  /** Returns rows of an array by their numbers. */
  static float[] rows(float[] values, int width, int[] which) {
    float[] some = new float[which.length * width];
    for (int i = 0; i < which.length; i++) {
      System.arraycopy(values, which[i] * width, some, i * width, width);
    }
    return some;
  }

  /** Returns the labels of texts by their numbers. */
  int[] labels(int[] which) {
    return Arrays.stream(which).map(i -> labels[i]).toArray();
  }
}
