package io.github.sae4j.apply.compress;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Reads the rows of a file by docs/formats.md alone, without any class of the library. */
final class SpecReader {
  private final ByteBuffer file;
  private final float[] bias;
  private final float[][] directions;
  private JsonNode header;
  private byte[] table;
  private List<Integer> order;
  private int entry;

  SpecReader(byte[] bytes, float[] bias, float[][] directions) {
    this.file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    this.bias = bias;
    this.directions = directions;
  }

  float[] rows() throws IOException {
    file.position(12);
    byte[] json = new byte[file.getInt()];
    file.position(24).get(json);
    header = new ObjectMapper().readTree(json);
    table = unpacked();
    int n = header.get("nLatents").intValue();
    order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingInt(j -> table[j] & 0xff)) // stable
            .toList();
    int trailer = file.capacity() - 32;
    int index = (int) file.getLong(trailer);
    int blocks = file.getInt(trailer + 8);
    float[] rows = new float[(int) file.getLong(trailer + 12) * bias.length];
    int at = 0;
    for (int block = 0; block < blocks; block++) {
      at = block((int) file.getLong(index + 16 * block), rows, at);
    }
    return rows;
  }

  private byte[] unpacked() {
    byte[] bytes = new byte[file.getInt()];
    byte[] given = new byte[file.getInt()];
    file.get(given);
    return given.length == bytes.length ? given : Zstd.decompress(given, bytes.length);
  }

  private int block(int offset, float[] rows, int from) {
    int count = file.getInt(offset + 16);
    file.position(offset + 36);
    List<ByteBuffer> s = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      s.add(ByteBuffer.wrap(unpacked()).order(ByteOrder.LITTLE_ENDIAN));
    }
    int at = from;
    entry = 0;
    for (int row = 0; row < count; row++) {
      float[] x = bias.clone();
      int active = (int) varint(s.get(0));
      int place = -1;
      for (int i = 0; i < active; i++, entry++) {
        place += 1 + gap(s);
        add(s, row, order.get(place), x);
      }
      if (header.get("rowNorm").textValue().equals("layer-norm")) {
        float mean = Float.intBitsToFloat(plane(s.get(7), 2 * row, 2 * count, 4));
        float deviation = Float.intBitsToFloat(plane(s.get(7), 2 * row + 1, 2 * count, 4));
        for (int j = 0; j < x.length; j++) {
          x[j] = x[j] * deviation;
          x[j] = x[j] + mean;
        }
      }
      if (header.has("maxError")) {
        correct(s, Float.intBitsToFloat(plane(s.get(8), row, count, 2) << 16), x);
      }
      System.arraycopy(x, 0, rows, at, x.length);
      at += x.length;
    }
    return at;
  }

  private static int gap(List<ByteBuffer> s) {
    int gap = s.get(1).get() & 0xff;
    return gap < 128 ? gap : gap - 128 + 128 * (int) varint(s.get(2));
  }

  private void add(List<ByteBuffer> s, int row, int latent, float[] x) {
    int n = order.size();
    ByteBuffer scales = s.get(6);
    int bits =
        switch (header.get("scale").textValue()) {
          case "latent" -> (table[n + latent] & 0xff) | (table[2 * n + latent] & 0xff) << 8;
          case "row" -> plane(scales, row, scales.capacity() / 2, 2);
          default -> plane(scales, 0, 1, 2);
        };
    float step = Float.intBitsToFloat(bits << 16) / ((1 << header.get("bits").intValue()) - 1);
    step = Math.max(step, Float.MIN_VALUE);
    long m = escaped(s.get(3), s.get(4));
    float value = m == 0 ? step / 4 : (float) m * step;
    if (s.get(5).capacity() > 0 && (s.get(5).get(entry / 8) >> entry % 8 & 1) == 1) {
      value = -value;
    }
    for (int j = 0; j < x.length; j++) {
      x[j] += value * directions[latent][j];
    }
  }

  private static void correct(List<ByteBuffer> s, float step, float[] x) {
    for (int j = 0; j < x.length; j++) {
      if (step == 0) {
        x[j] = s.get(11).getFloat();
      } else {
        long zigzag = escaped(s.get(9), s.get(10));
        long r = zigzag % 2 == 0 ? zigzag / 2 : -(zigzag + 1) / 2;
        x[j] += (float) r * step;
      }
    }
  }

  private static long escaped(ByteBuffer low, ByteBuffer high) {
    int first = low.get() & 0xff;
    return first < 255 ? first : 255 + varint(high);
  }

  private static long varint(ByteBuffer bytes) {
    int b = bytes.get() & 0xff;
    return b < 128 ? b : b - 128 + 128 * varint(bytes);
  }

  private static int plane(ByteBuffer bytes, int i, int count, int size) {
    int number = 0;
    for (int plane = 0; plane < size; plane++) {
      number |= (bytes.get(plane * count + i) & 0xff) << (8 * plane);
    }
    return number;
  }
}
