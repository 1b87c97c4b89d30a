package io.github.sae4j.format;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** Writes a NumPy file, {@code .npy}, of float32 in C order. */
public final class NpyWriter {
  private static final int ALIGNMENT = 64;
  private static final int PREFIX = 10;

  private NpyWriter() {}

  /** Writes the file atomically: readers see the old file or the new one. */
  public static void write(Path target, FloatTensor array) throws IOException {
    AtomicFiles.write(target, out -> write(array, out));
  }

  /** Writes an array of version 1.0 of the format. */
  static void write(FloatTensor array, OutputStream out) throws IOException {
    String sizes = array.shape().stream().map(String::valueOf).collect(Collectors.joining(", "));
    String shape = "(" + sizes + (array.shape().size() == 1 ? ",)" : ")");
    String header = "{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }";
    int unpadded = PREFIX + header.length() + 1;
    int padding = (ALIGNMENT - unpadded % ALIGNMENT) % ALIGNMENT;
    byte[] text = (header + " ".repeat(padding) + "\n").getBytes(StandardCharsets.US_ASCII);
    out.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    out.write(text.length & 0xff);
    out.write(text.length >> 8);
    out.write(text);
    array.write(out);
  }
}
