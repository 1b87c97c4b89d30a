package io.github.sae4j.cuda.doctor;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The CPU as Linux describes it in {@code /proc/cpuinfo}.
 *
 * @param model name of the model; {@code unknown} on other systems
 * @param flags those of its features that matter for speed, in the order of {@link #THAT_MATTER}
 */
public record CpuInfo(String model, List<String> flags) {
  /** Features that kernels and libraries use, as Linux names them on x86-64 and on arm64. */
  private static final List<String> THAT_MATTER =
      List.of(
          "avx2",
          "fma",
          "f16c",
          "avx_vnni",
          "avx512f",
          "avx512bw",
          "avx512dq",
          "avx512vl",
          "avx512_vnni",
          "avx512_bf16",
          "avx512_fp16",
          "amx_tile",
          "amx_bf16",
          "asimd",
          "asimdhp",
          "sve",
          "sve2",
          "bf16",
          "i8mm");

  public CpuInfo {
    flags = List.copyOf(flags);
  }

  /** Parses the text of {@code /proc/cpuinfo}; the first processor stands for all. */
  static CpuInfo parse(String cpuinfo) {
    Set<String> present =
        new LinkedHashSet<>(
            Arrays.asList(
                value(cpuinfo, "flags")
                    .or(() -> value(cpuinfo, "Features"))
                    .orElse("")
                    .split("\\s+", -1)));
    return new CpuInfo(
        value(cpuinfo, "model name").orElse("unknown"),
        THAT_MATTER.stream().filter(present::contains).toList());
  }

  private static Optional<String> value(String cpuinfo, String key) {
    return cpuinfo
        .lines()
        .filter(line -> line.contains(":"))
        .filter(line -> line.substring(0, line.indexOf(':')).strip().equals(key))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst();
  }
}
