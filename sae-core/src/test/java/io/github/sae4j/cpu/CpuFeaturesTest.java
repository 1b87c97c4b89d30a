package io.github.sae4j.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CpuFeaturesTest {
  @Test
  void readsTheFlagsOfAProcessor() {
    CpuFeatures cpu =
        CpuFeatures.parse("model name\t: A CPU\nflags\t\t: fpu sse2  avx2\nbugs\t\t:\n");
    assertEquals(Set.of("fpu", "sse2", "avx2"), cpu.flags());
    assertEquals(List.of("fma"), cpu.missing(List.of("avx2", "fma")));
  }

  @Test
  void returnsTheFlagsThatAllProcessorsShare() {
    CpuFeatures cpu = CpuFeatures.parse("flags : fpu avx2 avx512f\n\nflags : fpu avx2\n");
    assertEquals(Set.of("fpu", "avx2"), cpu.flags());
  }

  @Test
  void leavesOutAWordThatMayBeCutOff() {
    assertEquals(Set.of("fpu"), CpuFeatures.parse("flags : fpu avx512f").flags());
    assertEquals(Set.of(), CpuFeatures.parse("flags : avx512f").flags());
    assertEquals(Set.of(), CpuFeatures.parse("flags :\n").flags());
  }

  @Test
  void otherTextsHaveNoFlags() {
    assertEquals(Set.of(), CpuFeatures.parse("").flags());
    assertEquals(Set.of(), CpuFeatures.parse("vmx flags : ept\nFeatures : fp asimd sve\n").flags());
  }
}
