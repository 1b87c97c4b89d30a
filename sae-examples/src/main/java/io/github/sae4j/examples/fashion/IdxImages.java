package io.github.sae4j.examples.fashion;

import io.github.sae4j.format.MalformedFileException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Greyscale pictures and their classes, from the gzipped IDX files of MNIST and Fashion-MNIST. */
public final class IdxImages {
  public static final int SIDE = 28;
  private static final int IMAGES = 0x803;
  private static final int LABELS = 0x801;

  private final float[][] pixels;
  private final int[] classes;

  private IdxImages(float[][] pixels, int[] classes) {
    this.pixels = pixels;
    this.classes = classes;
  }

  /**
   * Reads {@code NAME-images-idx3-ubyte.gz} and {@code NAME-labels-idx1-ubyte.gz}.
   *
   * @param name {@code train} or {@code t10k}
   * @param most maximum number of pictures to read
   */
  public static IdxImages read(Path directory, String name, int most) throws IOException {
    Path images = directory.resolve(name + "-images-idx3-ubyte.gz");
    Path labels = directory.resolve(name + "-labels-idx1-ubyte.gz");
    float[][] pixels;
    try (DataInputStream in = open(images)) {
      int count = Math.min(most, header(images, in, IMAGES));
      int height = in.readInt();
      int width = in.readInt();
      if (height != SIDE || width != SIDE) {
        throw new MalformedFileException(images, 8, "expected pictures of 28 by 28 pixels");
      }
      pixels = new float[count][SIDE * SIDE];
      byte[] picture = new byte[SIDE * SIDE];
      for (float[] one : pixels) {
        in.readFully(picture);
        for (int i = 0; i < one.length; i++) {
          one[i] = (picture[i] & 0xff) / 255f;
        }
      }
    } catch (EOFException e) {
      throw new MalformedFileException(images, -1, "the file ends within a picture");
    }
    int[] classes = new int[pixels.length];
    try (DataInputStream in = open(labels)) {
      header(labels, in, LABELS);
      for (int i = 0; i < classes.length; i++) {
        classes[i] = in.readUnsignedByte();
      }
    } catch (EOFException e) {
      throw new MalformedFileException(labels, -1, "there are fewer labels than pictures");
    }
    return new IdxImages(pixels, classes);
  }

  private static DataInputStream open(Path file) throws IOException {
    return new DataInputStream(new GZIPInputStream(Files.newInputStream(file), 1 << 16));
  }

  private static int header(Path file, DataInputStream in, int magic) throws IOException {
    int found = in.readInt();
    if (found != magic) {
      throw new MalformedFileException(
          file, 0, "expected an IDX file of kind 0x%x, found 0x%x".formatted(magic, found));
    }
    return in.readInt();
  }

  public int count() {
    return classes.length;
  }

  /** Returns a picture in row-major order, from 0 (black) to 1. */
  public float[] pixels(int picture) {
    return pixels[picture];
  }

  public int label(int picture) {
    return classes[picture];
  }
}
