package io.github.sae4j.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;

class Nd4jCpuLibraryTest {
  private static final Set<String> ALL = Set.of("", "-avx2", "-avx512");

  private static final String SAPPHIRE_RAPIDS =
      cpuinfo(
          "Intel(R) Xeon(R) Processor",
          "fpu sse2 ssse3 fma sse4_1 sse4_2 avx f16c avx2 avx512f avx512dq avx512ifma avx512cd"
              + " avx512bw avx512vl avx512_bf16");
  private static final String ZEN_2 =
      cpuinfo("AMD EPYC 7B12", "fpu sse2 ssse3 fma sse4_1 sse4_2 avx f16c avx2 bmi2 clwb");
  private static final String SANDY_BRIDGE =
      cpuinfo("Intel(R) Core(TM) i5-2400 CPU", "fpu sse2 ssse3 sse4_1 sse4_2 avx");
  private static final String KNIGHTS_LANDING =
      cpuinfo(
          "Intel(R) Xeon Phi(TM) CPU 7210", "fma avx f16c avx2 avx512f avx512pf avx512er avx512cd");
  private static final String NEOVERSE =
      "processor\t: 0\nBogoMIPS\t: 50.00\nFeatures\t: fp asimd evtstrm aes sve bf16\n";

  @Test
  void takesTheHighestBuildThatTheCpuCanRun() {
    assertEquals("-avx512", extension(SAPPHIRE_RAPIDS, ALL));
    assertEquals("-avx2", extension(ZEN_2, ALL));
    assertEquals("-", extension(SANDY_BRIDGE, ALL));
    assertEquals("-", extension(NEOVERSE, ALL));
  }

  @Test
  void wantsAllPartsOfAvx512() {
    assertEquals("-avx2", extension(KNIGHTS_LANDING, ALL));
  }

  @Test
  void takesThePlainBuildWhereTheFlagsAreCutOff() {
    int inTheFlags = SAPPHIRE_RAPIDS.indexOf("avx2");
    assertEquals("-", extension(SAPPHIRE_RAPIDS.substring(0, inTheFlags), ALL));
    assertEquals("-", extension("", ALL));
  }

  @Test
  void takesOnlyWhatIsOnTheClassPath() {
    assertEquals("-avx2", extension(SAPPHIRE_RAPIDS, Set.of("", "-avx2")));
    assertEquals("-avx512", extension(SAPPHIRE_RAPIDS, Set.of("-avx512")));
  }

  @Test
  void leavesToJavaCppWhereThereIsNothingToChoose() {
    assertEquals("", extension(SAPPHIRE_RAPIDS, Set.of("")));
    assertEquals("", extension(SAPPHIRE_RAPIDS, Set.of()));
    assertEquals("", extension(SANDY_BRIDGE, Set.of("-avx512")));
  }

  @Test
  void respectsTheUser() {
    Nd4jCpuLibrary choice =
        Nd4jCpuLibrary.choice("-avx2", CpuFeatures.parse(SAPPHIRE_RAPIDS), ALL::contains);
    assertEquals("-avx2", choice.extension());
    assertTrue(choice.reason().contains(Nd4jCpuLibrary.PROPERTY), choice.reason());
  }

  @Test
  void saysWhy() {
    assertEquals(
        "ND4J's CPU library: avx2 (the CPU has avx2, fma, f16c;"
            + " avx512 needs avx512f, avx512bw, avx512dq, avx512vl, avx512cd)",
        choice(ZEN_2, ALL).toString());
    assertEquals(
        "ND4J's CPU library: plain (avx2 needs avx2, fma, f16c)",
        choice(SANDY_BRIDGE, Set.of("", "-avx2")).toString());
    assertEquals(
        "ND4J's CPU library: JavaCPP's choice (neither avx512 nor avx2 is on the class path)",
        choice(SAPPHIRE_RAPIDS, Set.of("")).toString());
    assertEquals(
        "ND4J's CPU library: JavaCPP's choice (avx512 needs avx512f, avx512bw, avx512dq, avx512vl,"
            + " avx512cd; plain is not on the class path)",
        choice(SANDY_BRIDGE, Set.of("-avx512")).toString());
  }

  private static String extension(String cpuinfo, Set<String> onClassPath) {
    return choice(cpuinfo, onClassPath).extension();
  }

  private static Nd4jCpuLibrary choice(String cpuinfo, Set<String> onClassPath) {
    return Nd4jCpuLibrary.choice(null, CpuFeatures.parse(cpuinfo), onClassPath::contains);
  }

  private static String cpuinfo(String model, String flags) {
    String processor = "model name\t: %s\nflags\t\t: %s\nbugs\t\t:\n\n".formatted(model, flags);
    return "processor\t: 0\n" + processor + "processor\t: 1\n" + processor;
  }
}
