package io.github.sae4j.format;

import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;

/**
 * The process that holds a lock, as named in the lock file.
 *
 * @param pid its process id on its host
 * @param host where it runs
 * @param started when it started, which distinguishes it from a later process with the same id
 */
record LockHolder(long pid, String host, Instant started) {
  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

  LockHolder {
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(started, "started");
  }

  /** Returns this process. */
  static LockHolder self() {
    ProcessHandle self = ProcessHandle.current();
    return new LockHolder(self.pid(), hostName(), startOf(self));
  }

  private static Instant startOf(ProcessHandle process) {
    return process.info().startInstant().orElse(Instant.EPOCH).truncatedTo(ChronoUnit.SECONDS);
  }

  private static String hostName() {
    try {
      return Files.isReadable(HOST_NAME)
          ? Files.readString(HOST_NAME).strip()
          : InetAddress.getLocalHost().getHostName();
    } catch (IOException e) {
      return "localhost";
    }
  }

  /** Returns the holder named in a text, if there is one. */
  static Optional<LockHolder> parse(byte[] text) {
    Properties fields = new Properties();
    try {
      fields.load(new StringReader(new String(text, StandardCharsets.UTF_8)));
      return Optional.of(
          new LockHolder(
              Long.parseLong(fields.getProperty("pid", "")),
              fields.getProperty("host", ""),
              Instant.parse(fields.getProperty("started", ""))));
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  /** Returns the text that {@link #parse} reads. */
  byte[] text() {
    return ("pid=" + pid + "\nhost=" + host + "\nstarted=" + started + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Whether the process is known to have ended: it ran on this host and is no longer there. */
  boolean isGone() {
    return host.equals(hostName())
        && ProcessHandle.of(pid).filter(found -> startOf(found).equals(started)).isEmpty();
  }

  @Override
  public String toString() {
    return "process " + pid + " on " + host + ", which started at " + started;
  }
}
