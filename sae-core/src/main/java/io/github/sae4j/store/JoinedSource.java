package io.github.sae4j.store;

import io.github.sae4j.Provenance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Joins several sources side by side: its row i concatenates their rows i. The parts are input and
 * target of a transcoder, or the layers or models of a crosscoder.
 *
 * <pre>{@code
 * try (JoinedSource rows =
 *     JoinedSource.open(
 *         List.of(
 *             new PartFile("input", dump, "/layer.3/mlp/input"),
 *             new PartFile("target", dump, "/layer.3/mlp/output")))) {
 *   rows.read(0, 64, batch, 0); // [64, width of input + width of target]
 * }
 * }</pre>
 *
 * <p>Runs of rows are read from each source in turn and arranged in place, so files are read in
 * pieces of about 256 KB and nothing is allocated per row.
 */
public final class JoinedSource implements ActivationSource {
  private static final int BLOCK_FLOATS = 1 << 16;

  private final List<Input> inputs;
  private final List<SourcePart> parts;
  private final int width;
  private final int blockRows;
  private final int widest;
  private final Provenance provenance;

  /** Blocks not in use by any read; at most as many as there were concurrent reads. */
  private final Queue<float[]> blocks = new ConcurrentLinkedQueue<>();

  /** A source and the name of its part. */
  public record Input(String name, ActivationSource source) {

    public Input {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(source, "source");
    }
  }

  private JoinedSource(List<Input> inputs, List<SourcePart> parts, Provenance provenance) {
    this.inputs = inputs;
    this.parts = parts;
    this.width = SourcePart.rowWidth(parts);
    this.widest = parts.stream().mapToInt(SourcePart::width).max().orElseThrow();
    this.blockRows = Math.max(1, BLOCK_FLOATS / widest);
    this.provenance = provenance;
  }

  /**
   * Joins sources, which then belong to the joined source and are closed with it.
   *
   * @throws IllegalArgumentException if there are none, two have the same name, their numbers of
   *     rows differ, or a row would have too many values for an array; the sources then stay open
   */
  public static JoinedSource of(List<Input> inputs) {
    return of(inputs, "", "");
  }

  /**
   * Opens files and joins them. If several are dumps, their rows must come from the same tokens of
   * the same texts, which is checked row by row; for other files only the numbers of rows are
   * compared.
   *
   * @throws IllegalArgumentException if the rows do not correspond; the message names both files
   *     and the row
   * @throws io.github.sae4j.format.MalformedFileException if a file is malformed
   */
  public static JoinedSource open(List<PartFile> files) throws IOException {
    return open(files, OnRead.VERIFY);
  }

  /** Opens the parts; {@code onRead} says whether to compare the checksums of dumps. */
  public static JoinedSource open(List<PartFile> files, OnRead onRead) throws IOException {
    return PartFiles.open(files, onRead);
  }

  static JoinedSource of(List<Input> inputs, String models, String tensors) {
    List<SourcePart> parts = new ArrayList<>();
    long offset = 0;
    for (Input input : inputs) {
      ActivationSource source = input.source();
      requireSameRows(inputs.get(0), input);
      if (offset + source.width() > Integer.MAX_VALUE - 8) {
        throw new IllegalArgumentException(
            "rows of " + describe(inputs) + " would have more values than an array can hold");
      }
      parts.add(new SourcePart(input.name(), (int) offset, source.width()));
      offset += source.width();
    }
    Provenance provenance =
        Provenance.of(models, tensors, describe(inputs, ActivationSource::title));
    return new JoinedSource(List.copyOf(inputs), List.copyOf(parts), provenance);
  }

  private static void requireSameRows(Input first, Input other) {
    if (other.source().rows() != first.source().rows()) {
      throw new IllegalArgumentException(
          "rows cannot be joined: "
              + describe(first)
              + " has "
              + first.source().rows()
              + " rows, but "
              + describe(other)
              + " has "
              + other.source().rows());
    }
  }

  private static String describe(List<Input> inputs) {
    return describe(inputs, ActivationSource::description);
  }

  private static String describe(List<Input> inputs, Function<ActivationSource, String> each) {
    return inputs.stream()
        .map(input -> input.name() + ": " + each.apply(input.source()))
        .collect(Collectors.joining("; ", "[", "]"));
  }

  private static String describe(Input input) {
    return input.name() + ": " + input.source().description();
  }

  @Override
  public List<SourcePart> parts() {
    return parts;
  }

  /**
   * Returns what is known about the rows before training: the models and tensors of all parts, in
   * order and joined by " + ", and {@link #title}. Model and tensor are empty if some sources are
   * not files.
   */
  public Provenance provenance() {
    return provenance;
  }

  @Override
  public long rows() {
    return inputs.get(0).source().rows();
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public String description() {
    return describe(inputs);
  }

  @Override
  public RowFingerprint fingerprint() throws IOException {
    List<RowFingerprint> each = new ArrayList<>();
    for (Input input : inputs) {
      each.add(input.source().fingerprint());
    }
    return RowFingerprint.joined(each);
  }

  @Override
  public String title() {
    return describe(inputs, ActivationSource::title);
  }

  @Override
  public String locate(long row, int column) {
    int p = 0;
    while (p + 1 < parts.size() && column >= parts.get(p + 1).offset()) {
      p++;
    }
    return inputs.get(p).source().locate(row, column - parts.get(p).offset());
  }

  @Override
  public void read(long firstRow, int count, float[] dst, int dstOffset) throws IOException {
    Objects.checkFromIndexSize(firstRow, count, rows());
    Objects.checkFromIndexSize(dstOffset, Math.multiplyExact(count, width), dst.length);
    float[] spare = blocks.poll();
    float[] block = spare != null ? spare : new float[blockRows * widest];
    try {
      for (int done = 0; done < count; done += blockRows) {
        int rows = Math.min(blockRows, count - done);
        for (int p = 0; p < parts.size(); p++) {
          inputs.get(p).source().read(firstRow + done, rows, block, 0);
          spread(block, parts.get(p), rows, dst, dstOffset + done * width);
        }
      }
    } finally {
      blocks.add(block);
    }
  }

  /** Copies contiguous rows of a part to their places in joined rows. */
  private void spread(float[] block, SourcePart part, int rows, float[] dst, int dstOffset) {
    int to = dstOffset + part.offset();
    for (int row = 0; row < rows; row++) {
      System.arraycopy(block, row * part.width(), dst, to + row * width, part.width());
    }
  }

  /** Closes all sources, even if closing one fails. */
  @Override
  public void close() throws IOException {
    close(inputs);
  }

  static void close(List<Input> inputs) throws IOException {
    IOException failure = null;
    for (Input input : inputs) {
      try {
        input.source().close();
      } catch (IOException | UncheckedIOException e) {
        failure = failure == null ? new IOException("cannot close " + describe(input), e) : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
