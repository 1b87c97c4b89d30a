package io.github.sae4j.cuda.engine;

import io.github.sae4j.cuda.driver.CudaContext;
import io.github.sae4j.cuda.driver.CudaModule;
import io.github.sae4j.cuda.driver.Kernel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The kernels of sae-cuda/src/main/cuda, loaded; their arguments are described there. */
final class Kernels {
  final Kernel aboveCount;
  final Kernel aboveWrite;
  final Kernel poolChunk;
  final Kernel poolBound;
  final Kernel poolCut;
  final Kernel poolBegin;
  final Kernel poolDigits;
  final Kernel poolPick;
  final Kernel poolCount;
  final Kernel poolPlace;
  final Kernel orderCount;
  final Kernel orderPlace;
  final Kernel sortSegments;
  final Kernel keepCount;
  final Kernel keepWrite;
  final Kernel besideCount;
  final Kernel besideAppend;
  final Kernel entriesSample;
  final Kernel entriesToMatrix;
  final Kernel entriesWeights;
  final Kernel setCodes;
  final Kernel valuesStats;
  final Kernel statsNumbers;
  final Kernel decodeRows;
  final Kernel sampledRows;
  final Kernel firedEntries;
  final Kernel firedMatrix;
  final Kernel firingUpdate;
  final Kernel thresholdPull;
  final Kernel termPut;
  final Kernel alongPut;
  final Kernel latentStep;
  final Kernel latentGradient;
  final Kernel rowNorms;
  final Kernel rowsProject;
  final Kernel rowsNormalise;
  final Kernel productNt;
  final Kernel productNn;
  final Kernel productTn;
  final Kernel ruleEntries;
  final Kernel ruleMatrix;
  final Kernel ruleSumEntries;
  final Kernel ruleSumMatrix;
  final Kernel ruleByLatent;
  final Kernel latentSums;
  final Kernel ruleScalar;
  final Kernel scanSums;
  final Kernel scanWrite;
  final Kernel sumParts;
  final Kernel spreadParts;
  final Kernel sumFinish;
  final Kernel columnParts;
  final Kernel columnFinish;
  final Kernel topkChunk;
  final Kernel topkChunkLarge;
  final Kernel topkWrite;
  final Kernel vectorOp;
  final Kernel rowsAdd;
  final Kernel rowsScale;
  final Kernel adamVector;
  final Kernel cast16;
  final Kernel productBf16; // null below compute capability 8.0
  final Kernel productTf32;

  Kernels(CudaContext context) {
    CudaModule kernels = load(context, "kernels.ptx");
    aboveCount = kernels.kernel("above_count");
    aboveWrite = kernels.kernel("above_write");
    poolChunk = kernels.kernel("pool_chunk");
    poolBound = kernels.kernel("pool_bound");
    poolCut = kernels.kernel("pool_cut");
    poolBegin = kernels.kernel("pool_begin");
    poolDigits = kernels.kernel("pool_digits");
    poolPick = kernels.kernel("pool_pick");
    poolCount = kernels.kernel("pool_count");
    poolPlace = kernels.kernel("pool_place");
    orderCount = kernels.kernel("order_count");
    orderPlace = kernels.kernel("order_place");
    sortSegments = kernels.kernel("sort_segments");
    keepCount = kernels.kernel("keep_count");
    keepWrite = kernels.kernel("keep_write");
    besideCount = kernels.kernel("beside_count");
    besideAppend = kernels.kernel("beside_append");
    entriesSample = kernels.kernel("entries_sample");
    entriesToMatrix = kernels.kernel("entries_to_matrix");
    entriesWeights = kernels.kernel("entries_weights");
    setCodes = kernels.kernel("set_codes");
    valuesStats = kernels.kernel("values_stats");
    statsNumbers = kernels.kernel("stats_numbers");
    decodeRows = kernels.kernel("decode_rows");
    sampledRows = kernels.kernel("sampled_rows");
    firedEntries = kernels.kernel("fired_entries");
    firedMatrix = kernels.kernel("fired_matrix");
    firingUpdate = kernels.kernel("firing_update");
    thresholdPull = kernels.kernel("threshold_pull");
    termPut = kernels.kernel("term_put");
    alongPut = kernels.kernel("along_put");
    latentStep = kernels.kernel("latent_step");
    latentGradient = kernels.kernel("latent_gradient");
    rowNorms = kernels.kernel("row_norms");
    rowsProject = kernels.kernel("rows_project");
    rowsNormalise = kernels.kernel("rows_normalise");
    productNt = kernels.kernel("product_nt");
    productNn = kernels.kernel("product_nn");
    productTn = kernels.kernel("product_tn");
    ruleEntries = kernels.kernel("rule_entries");
    ruleMatrix = kernels.kernel("rule_matrix");
    ruleSumEntries = kernels.kernel("rule_sum_entries");
    ruleSumMatrix = kernels.kernel("rule_sum_matrix");
    ruleByLatent = kernels.kernel("rule_by_latent");
    latentSums = kernels.kernel("latent_sums");
    ruleScalar = kernels.kernel("rule_scalar");
    scanSums = kernels.kernel("scan_sums");
    scanWrite = kernels.kernel("scan_write");
    sumParts = kernels.kernel("sum_parts");
    spreadParts = kernels.kernel("spread_parts");
    sumFinish = kernels.kernel("sum_finish");
    columnParts = kernels.kernel("column_parts");
    columnFinish = kernels.kernel("column_finish");
    topkChunk = kernels.kernel("topk_chunk");
    topkChunkLarge = kernels.kernel("topk_chunk_large");
    topkWrite = kernels.kernel("topk_write");
    vectorOp = kernels.kernel("vector_op");
    rowsAdd = kernels.kernel("rows_add");
    rowsScale = kernels.kernel("rows_scale");
    adamVector = kernels.kernel("adam_vector");
    cast16 = kernels.kernel("cast16");
    if (context.gpu().major() < 8) {
      productBf16 = null;
      productTf32 = null;
      return;
    }
    CudaModule tensor = load(context, "tensor.ptx");
    productBf16 = tensor.kernel("product_bf16");
    productTf32 = tensor.kernel("product_tf32");
  }

  private static CudaModule load(CudaContext context, String resource) {
    return context.load(text(resource), resource);
  }

  private static String text(String resource) {
    try (InputStream in = Kernels.class.getResourceAsStream("/io/github/sae4j/cuda/" + resource)) {
      return new String(
          Objects.requireNonNull(in, resource).readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
