package io.github.sae4j.apply.compress;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What became of rows that were compressed.
 *
 * @param rows how many there were
 * @param nIn values per row
 * @param bytes the size of the file
 * @param fvu fraction of variance unexplained by the rows as they will be decompressed; not finite
 *     if the rows are all equal
 * @param largestError the largest {@code |x − x̂|}
 * @param l0 active latents per row
 */
public record CompressionReport(
    long rows, int nIn, long bytes, double fvu, double largestError, double l0) {

  /** Returns bits of the file per value. */
  public double bitsPerDimension() {
    return 8.0 * bytes / ((double) rows * nIn);
  }

  /** Returns how many times smaller than float32 the file is. */
  public double ratio() {
    return Float.SIZE / bitsPerDimension();
  }

  /** Returns the numbers for programs; null for one that is not finite. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("rows", rows);
    json.put("n_in", nIn);
    json.put("bytes", bytes);
    json.put("bits_per_dimension", bitsPerDimension());
    json.put("ratio_to_float32", ratio());
    if (Double.isFinite(fvu)) {
      json.put("fvu", fvu);
    } else {
      json.putNull("fvu");
    }
    json.put("largest_error", largestError);
    json.put("l0", l0);
    return json;
  }
}
