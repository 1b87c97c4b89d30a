package io.github.sae4j.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Computes the SHA-256 of a file or of a sequence of values, in lower-case hexadecimal. */
public final class Sha256 {
  private static final int BLOCK = 1 << 16;

  private final MessageDigest digest;

  /** Creates a checksum of no bytes. */
  public Sha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Returns the checksum of a file. */
  public static String of(Path file) throws IOException {
    Sha256 sha = new Sha256();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] block = new byte[BLOCK];
      for (int n = in.read(block); n >= 0; n = in.read(block)) {
        sha.digest.update(block, 0, n);
      }
    }
    return sha.hex();
  }

  /** Adds text as UTF-8. */
  public Sha256 add(String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** Adds integers of 32 bits, little-endian. */
  public Sha256 add(int... values) {
    ByteBuffer bytes = littleEndian(values.length);
    bytes.asIntBuffer().put(values);
    digest.update(bytes);
    return this;
  }

  /** Adds numbers as float32, little-endian. */
  public Sha256 add(float... values) {
    ByteBuffer bytes = littleEndian(values.length);
    bytes.asFloatBuffer().put(values);
    digest.update(bytes);
    return this;
  }

  private static ByteBuffer littleEndian(int words) {
    return ByteBuffer.allocate(4 * words).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns the checksum of everything added so far, and resets it. */
  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
