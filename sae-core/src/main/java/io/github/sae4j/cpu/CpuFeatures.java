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
 * Features of the CPU, as named by Linux in {@code /proc/cpuinfo}.
 *
 * @param flags features that every processor has; empty if unknown
 */
record CpuFeatures(Set<String> flags) {
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");
  private static final Pattern WORD = Pattern.compile("\\S+");

  CpuFeatures {
    flags = Set.copyOf(flags);
  }

  /** Returns the features of this machine; none if there is no {@code /proc/cpuinfo}. */
  static CpuFeatures ofThisMachine() {
    try {
      return parse(Files.readString(CPUINFO));
    } catch (IOException e) {
      return new CpuFeatures(Set.of());
    }
  }

  /**
   * Parses the text of {@code /proc/cpuinfo} and returns the features that all processors share.
   * The last word of truncated text is ignored, since it may be incomplete.
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

  /** Returns the features in {@code needed} that the CPU lacks. */
  List<String> missing(Collection<String> needed) {
    return needed.stream().filter(flag -> !flags.contains(flag)).toList();
  }
}
