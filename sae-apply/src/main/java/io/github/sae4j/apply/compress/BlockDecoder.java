package io.github.sae4j.apply.compress;

import io.github.sae4j.RowNorm;
import io.github.sae4j.apply.compress.ByteScan.FaultException;
import java.util.Map;

/** Reads the streams of a block; refuses any that no writer makes. */
final class BlockDecoder {
  private final SaezHeader header;
  private final LatentTable table;
  private final Map<Part, ByteScan> streams;
  private final int rows;
  private final int entries;

  private BlockDecoder(
      SaezHeader header, LatentTable table, Map<Part, ByteScan> streams, int rows, int entries) {
    this.header = header;
    this.table = table;
    this.streams = streams;
    this.rows = rows;
    this.entries = entries;
  }

  /**
   * Returns a block.
   *
   * @param rows number of rows, already compared with {@link Limits}
   * @param entries number of active latents, likewise
   */
  static Block decode(SaezHeader header, LatentTable table, byte[] payload, int rows, int entries)
      throws FaultException {
    Map<Part, ByteScan> streams = Packing.unpack(payload, rows, entries, header.nIn());
    BlockDecoder decoder = new BlockDecoder(header, table, streams, rows, entries);
    Block block = decoder.decode();
    for (ByteScan stream : streams.values()) {
      stream.requireEnd();
    }
    return block;
  }

  private Block decode() throws FaultException {
    int[] starts = starts();
    int[] latents = latents(starts);
    float[] values = values(starts, latents);
    float[] norms = header.rowNorm() == RowNorm.NONE ? null : norms();
    Corrections corrections = header.errorBound().isEmpty() ? null : corrections();
    return new Block(starts, latents, values, norms, corrections);
  }

  private ByteScan stream(Part part) {
    return streams.get(part);
  }

  private int[] starts() throws FaultException {
    int[] starts = new int[rows + 1];
    for (int row = 0; row < rows; row++) {
      int count = stream(Part.COUNTS).varint();
      if (count > entries - starts[row]) {
        throw new FaultException(
            "the rows have more than the block's %,d entries".formatted(entries));
      }
      starts[row + 1] = starts[row] + count;
    }
    if (starts[rows] != entries) {
      throw new FaultException(
          "the rows have %,d entries, the block %,d".formatted(starts[rows], entries));
    }
    return starts;
  }

  private int[] latents(int[] starts) throws FaultException {
    int[] latents = new int[entries];
    for (int row = 0; row < rows; row++) {
      long place = -1;
      for (int i = starts[row]; i < starts[row + 1]; i++) {
        long gap = stream(Part.GAPS).next();
        if (gap >= 0x80) {
          gap = (gap & 0x7f) | (long) stream(Part.GAPS_HIGH).varint() << 7;
        }
        place += gap + 1;
        if (place >= table.latents()) {
          throw new FaultException(
              "row %,d has latent %,d of %,d".formatted(row, place, table.latents()));
        }
        latents[i] = table.latentAt((int) place);
      }
    }
    return latents;
  }

  private float[] values(int[] starts, int[] latents) throws FaultException {
    float[] values = new float[entries];
    float[] scales = scales();
    ByteScan signs = stream(Part.SIGNS);
    boolean signed = signs.size() > 0;
    int bits = 0;
    for (int row = 0; row < rows; row++) {
      for (int i = starts[row]; i < starts[row + 1]; i++) {
        float scale =
            table.hasScales() ? table.scale(latents[i]) : scales[scales.length == 1 ? 0 : row];
        float step = header.quantisation().step(scale);
        int multiple = stream(Part.MAGNITUDES).nextOrEscaped(stream(Part.MAGNITUDES_HIGH));
        float magnitude = Quantisation.magnitude(multiple, step);
        if (signed && (i & 7) == 0) {
          bits = signs.next();
        }
        values[i] = (bits >> (i & 7) & 1) == 1 ? -magnitude : magnitude;
      }
    }
    return values;
  }

  /** Returns the scale of the block or of each row; none if each latent has one. */
  private float[] scales() throws FaultException {
    return switch (header.quantisation().scale()) {
      case LATENT -> new float[0];
      case ROW -> bfloat16s(Part.SCALES, rows);
      case BLOCK -> bfloat16s(Part.SCALES, 1);
    };
  }

  private float[] bfloat16s(Part part, int count) throws FaultException {
    int[] bits = stream(part).planes(count, 2);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      if (!Bfloat16.isValid(bits[i])) {
        throw new FaultException(
            "the stream '%s' has a number that is negative or not finite".formatted(part));
      }
      numbers[i] = Bfloat16.of(bits[i]);
    }
    return numbers;
  }

  private float[] norms() throws FaultException {
    int[] bits = stream(Part.NORMS).planes(2 * rows, 4);
    float[] norms = new float[bits.length];
    for (int i = 0; i < norms.length; i++) {
      norms[i] = Float.intBitsToFloat(bits[i]);
    }
    return norms;
  }

  private Corrections corrections() throws FaultException {
    int width = header.nIn();
    float[] steps = bfloat16s(Part.STEPS, rows);
    int[] multiples = new int[rows * width];
    float[][] verbatim = new float[rows][];
    for (int row = 0; row < rows; row++) {
      if (steps[row] == 0) {
        verbatim[row] = new float[width];
      }
      for (int j = 0; j < width; j++) {
        if (steps[row] == 0) {
          verbatim[row][j] = Float.intBitsToFloat(stream(Part.VERBATIM).planes(1, 4)[0]);
        } else {
          int zigzag = stream(Part.CORRECTIONS).nextOrEscaped(stream(Part.CORRECTIONS_HIGH));
          multiples[row * width + j] = zigzag >>> 1 ^ -(zigzag & 1);
        }
      }
    }
    return new Corrections(width, steps, multiples, verbatim);
  }
}
