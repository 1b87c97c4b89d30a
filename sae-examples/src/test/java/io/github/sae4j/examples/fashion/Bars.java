package io.github.sae4j.examples.fashion;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Pictures of bars whose position is their class, which a network learns almost instantly. */
public final class Bars {
  private Bars() {}

  /** Writes pictures and labels as IDX files. */
  public static void write(Path directory, String name, int count) throws IOException {
    try (DataOutputStream images = open(directory, name + "-images-idx3-ubyte.gz");
        DataOutputStream labels = open(directory, name + "-labels-idx1-ubyte.gz")) {
      images.writeInt(0x803);
      images.writeInt(count);
      images.writeInt(28);
      images.writeInt(28);
      labels.writeInt(0x801);
      labels.writeInt(count);
      for (int i = 0; i < count; i++) {
        byte[] picture = new byte[28 * 28];
        int top = 2 * (i % 10) + 4;
        for (int x = 4 + i % 3; x < 24; x++) {
          picture[top * 28 + x] = (byte) 255;
          picture[(top + 1) * 28 + x] = (byte) (200 - i % 50);
        }
        images.write(picture);
        labels.writeByte(i % 10);
      }
    }
  }

  static DataOutputStream open(Path directory, String name) throws IOException {
    return new DataOutputStream(
        new GZIPOutputStream(Files.newOutputStream(directory.resolve(name))));
  }
}
