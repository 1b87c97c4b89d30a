package io.github.sae4j.product;

import java.util.Locale;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.Loader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * oneDNN, a library of fast dense products, if available for this platform. {@link DnnlProduct} and
 * the classes it uses must be loaded only if {@link #isAvailable} returns true.
 */
final class DnnlLibrary {
  private static final Logger LOG = LoggerFactory.getLogger(DnnlLibrary.class);
  private static final boolean AVAILABLE = load();

  private DnnlLibrary() {}

  static boolean isAvailable() {
    return AVAILABLE;
  }

  private static boolean load() {
    if (System.getProperty("sae4j.dnnl", "true").equals("false")) {
      LOG.info("encoder product by ND4J's BLAS: the system property sae4j.dnnl is false");
      return false;
    }
    if (!isOnClassPath()) {
      LOG.info("encoder product by ND4J's BLAS; oneDNN, which comes with sae-cpu, is faster");
      return false;
    }
    try {
      Loader.load(dnnl.class);
      LOG.info("encoder product by {}", description());
      return true;
    } catch (LinkageError | RuntimeException e) {
      LOG.warn(
          "encoder product by ND4J's BLAS, which is slower: oneDNN cannot be loaded here ({})",
          e.toString());
      return false;
    }
  }

  /**
   * Returns whether oneDNN is a dependency at all: a project that only encodes may leave it out.
   */
  private static boolean isOnClassPath() {
    try {
      Class.forName("org.bytedeco.dnnl.engine", false, DnnlLibrary.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      return e instanceof LinkageError; // present but incomplete; loading reports what is missing
    }
  }

  /** Returns version and instruction set, such as {@code oneDNN 3.11.0 (AVX-512 or later)}. */
  static String description() {
    return String.format(
        Locale.ROOT,
        "oneDNN %d.%d.%d (%s)",
        dnnl.dnnl_version().major(),
        dnnl.dnnl_version().minor(),
        dnnl.dnnl_version().patch(),
        isaName());
  }

  private static String isaName() {
    int isa = dnnl.dnnl_get_effective_cpu_isa();
    if (isa == dnnl.dnnl_cpu_isa_avx2 || isa == dnnl.dnnl_cpu_isa_avx2_vnni) {
      return "AVX2";
    }
    return isa >= dnnl.dnnl_cpu_isa_avx512_core ? "AVX-512 or later" : "instruction set " + isa;
  }

  /** Returns the processor as seen by oneDNN. */
  static engine cpu() {
    return Cpu.ENGINE;
  }

  private static final class Cpu {
    static final engine ENGINE = new engine(engine.kind.cpu, 0);
  }

  /**
   * Returns whether this processor multiplies in the given precision; bfloat16 needs AVX-512 or
   * similar.
   */
  static boolean multiplies(Precision precision) {
    return precision == Precision.FLOAT32
        || (precision == Precision.BFLOAT16 && Bfloat16.MULTIPLIES);
  }

  private static final class Bfloat16 {
    static final boolean MULTIPLIES = tryIt();

    private static boolean tryIt() {
      memory.data_type type = DnnlWorker.type(Precision.BFLOAT16);
      try (memory.desc x = DnnlWorker.matrix(8, 8, type, memory.format_tag.ab);
          memory.desc y = DnnlWorker.matrix(8, 8, memory.data_type.f32, memory.format_tag.ab);
          matmul.primitive_desc product = new matmul.primitive_desc(cpu(), x, x, y)) {
        return !product.isNull();
      } catch (RuntimeException e) {
        return false; // oneDNN reports unsupported precisions this way
      }
    }
  }
}
