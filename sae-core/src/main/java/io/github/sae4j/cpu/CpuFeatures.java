package io.github.sae4j.cpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What the CPU can do, by the names that Linux gives it in {@code /proc/cpuinfo}.
 *
 * @param flags what every processor has; empty where it is not known
 */
record CpuFeatures(Set<String> flags) {
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");
  private static final Pattern WORD = Pattern.compile("\\S+");

  CpuFeatures {
    flags = Set.copyOf(flags);
  }

  /** Those of this machine; none where there is no {@code /proc/cpuinfo}. */
  static CpuFeatures ofThisMachine() {
    try {
      return parse(Files.readString(CPUINFO));
    } catch (IOException e) {
      return new CpuFeatures(Set.of());
    }
  }

  /**
   * Reads the text of {@code /proc/cpuinfo}: what all its processors share. A text that breaks off
   * counts without its last word, which may be the beginning of another.
   */
  static CpuFeatures parse(String cpuinfo) {
    Set<String> shared = null;
    String whole = cpuinfo.replaceFirst("\\S+\\z", "");
    for (String line : whole.lines().toList()) {
      int colon = line.indexOf(':');
      if (colon < 0 || !line.substring(0, colon).strip().equals("flags")) {
        continue;
      }
      List<String> here =
          WORD.matcher(line.substring(colon + 1)).results().map(MatchResult::group).toList();
      if (shared == null) {
        shared = new HashSet<>(here);
      } else {
        shared.retainAll(here);
      }
    }
    return new CpuFeatures(shared == null ? Set.of() : shared);
  }

  /** Those of {@code needed} that the CPU lacks. */
  List<String> missing(Collection<String> needed) {
    return needed.stream().filter(flag -> !flags.contains(flag)).toList();
  }
}
