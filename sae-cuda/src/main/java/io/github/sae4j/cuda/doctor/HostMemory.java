package io.github.sae4j.cuda.doctor;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Memory of the host, in bytes; what the system does not tell is empty.
 *
 * @param total memory of the machine
 * @param available what can be used without swapping
 * @param groupLimit limit of the control group, as of a container
 * @param heap largest heap of this Java
 * @param nd4jLimit limit of ND4J's arrays
 */
public record HostMemory(
    OptionalLong total,
    OptionalLong available,
    OptionalLong groupLimit,
    long heap,
    OptionalLong nd4jLimit) {
  private static final Pattern BYTES = Pattern.compile("\\d{1,18}");

  /**
   * Parses what Linux says.
   *
   * @param memInfo text of {@code /proc/meminfo}
   * @param groupLimit text of the control group's {@code memory.max}
   */
  static HostMemory parse(String memInfo, String groupLimit, long heap, OptionalLong nd4jLimit) {
    String limit = groupLimit.strip();
    return new HostMemory(
        kilobytes(memInfo, "MemTotal"),
        kilobytes(memInfo, "MemAvailable"),
        BYTES.matcher(limit).matches()
            ? OptionalLong.of(Long.parseLong(limit))
            : OptionalLong.empty(),
        heap,
        nd4jLimit);
  }

  private static OptionalLong kilobytes(String memInfo, String key) {
    Matcher line =
        Pattern.compile("^" + key + ":\\s+(\\d{1,15}) kB$", Pattern.MULTILINE).matcher(memInfo);
    return line.find()
        ? OptionalLong.of(Long.parseLong(line.group(1)) << 10)
        : OptionalLong.empty();
  }
}
