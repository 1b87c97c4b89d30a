package io.github.sae4j.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Makes wrong files of sound ones: one to four changes each. */
public final class Mutations {
  private static final long[] EDGES = {
    0,
    1,
    -1,
    127,
    255,
    256,
    0x7fff,
    0xffff,
    0x7fffffffL,
    0xffffffffL,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  private final List<byte[]> seeds;
  private final Random random;

  public Mutations(List<byte[]> seeds, long seed) {
    this.seeds = seeds;
    this.random = new Random(seed);
  }

  /** Returns another one. */
  public byte[] next() {
    byte[] bytes = any().clone();
    for (int i = random.nextInt(4); i >= 0; i--) {
      bytes = mutate(bytes);
    }
    return bytes;
  }

  private byte[] any() {
    return seeds.get(random.nextInt(seeds.size()));
  }

  private byte[] mutate(byte[] bytes) {
    if (bytes.length == 0) {
      return any().clone();
    }
    int at = random.nextInt(bytes.length);
    switch (random.nextInt(7)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = (byte) random.nextInt(256);
      case 2 -> {
        int size = List.of(2, 4, 8).get(random.nextInt(3));
        if (at + size <= bytes.length) {
          ByteBuffer number = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
          number.putLong(EDGES[random.nextInt(EDGES.length)]);
          System.arraycopy(number.array(), 0, bytes, at, size);
        }
      }
      case 3 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 4 -> { // a piece of it, or of another, once more
        byte[] from = any();
        int start = from.length == 0 ? 0 : random.nextInt(from.length);
        int length = Math.min(from.length - start, random.nextInt(64));
        return splice(bytes, at, at, Arrays.copyOfRange(from, start, start + length));
      }
      case 5 -> {
        return splice(bytes, at, Math.min(bytes.length, at + random.nextInt(32)), new byte[0]);
      }
      default -> { // a digit of a number in text
        for (int i = at; i < bytes.length; i++) {
          if (bytes[i] >= '0' && bytes[i] <= '9') {
            bytes[i] = (byte) ('0' + random.nextInt(10));
            break;
          }
        }
      }
    }
    return bytes;
  }

  private static byte[] splice(byte[] bytes, int from, int to, byte[] piece) {
    byte[] spliced = Arrays.copyOf(bytes, bytes.length - (to - from) + piece.length);
    System.arraycopy(piece, 0, spliced, from, piece.length);
    System.arraycopy(bytes, to, spliced, from + piece.length, bytes.length - to);
    return spliced;
  }
}
