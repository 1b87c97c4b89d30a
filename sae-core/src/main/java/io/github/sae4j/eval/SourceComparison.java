package io.github.sae4j.eval;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How a crosscoder relates to each of its sources.
 *
 * @param parts how well each source is reconstructed
 * @param exclusive number of latents exclusive to each source: those for which the source's slice
 *     of the decoder row, divided by the source's standard deviation, accounts for more than {@link
 *     RelativeNorms#EXCLUSIVE_ABOVE} of the sum of these norms over all sources
 * @param relativeNorms relative norms of two sources, divided in the same way; empty if there are
 *     more than two
 */
public record SourceComparison(
    List<PartReconstruction> parts,
    List<Integer> exclusive,
    Optional<RelativeNormHistogram> relativeNorms) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public SourceComparison {
    parts = List.copyOf(parts);
    exclusive = List.copyOf(exclusive);
  }

  /**
   * Compares the sources.
   *
   * @param parts the measured parts
   * @param wDec {@code [nLatents, Σ widths]}
   */
  static SourceComparison of(List<PartReconstruction> parts, INDArray wDec) {
    double[] deviations = parts.stream().mapToDouble(part -> Math.sqrt(part.variance())).toArray();
    DecoderNorms norms =
        DecoderNorms.of(wDec, parts.stream().map(PartReconstruction::part).toList())
            .dividedBy(deviations);
    return new SourceComparison(
        parts,
        norms.exclusive(),
        parts.size() == 2
            ? Optional.of(
                norms
                    .relativeNorms(parts.get(0).part().name(), parts.get(1).part().name())
                    .histogram())
            : Optional.empty());
  }

  /** Returns the mean FVU over the sources, each with the same weight. */
  public double meanFvu() {
    return parts.stream().mapToDouble(PartReconstruction::fvu).average().orElseThrow();
  }

  void putInto(ObjectNode json) {
    EvalReport.putNumber(json, "mean_source_fvu", meanFvu());
    ArrayNode sources = json.putArray("sources");
    for (int i = 0; i < parts.size(); i++) {
      PartReconstruction measured = parts.get(i);
      ObjectNode source = sources.addObject();
      source.put("name", measured.part().name());
      source.put("width", measured.part().width());
      EvalReport.putNumber(source, "variance", measured.variance());
      EvalReport.putNumber(source, "fvu", measured.fvu());
      EvalReport.putNumber(source, "explained_variance", measured.explainedVariance());
      EvalReport.putNumber(source, "mse", measured.meanSquaredError());
      EvalReport.putNumber(source, "cosine", measured.cosine());
      source.put("exclusive_latents", exclusive.get(i));
    }
    relativeNorms.ifPresent(
        histogram -> json.set("relative_norm_histogram", JSON.valueToTree(histogram)));
  }

  /** Returns one line per source, for a console. */
  String render() {
    StringBuilder out = new StringBuilder();
    out.append(EvalTable.row("FVU, mean of sources", EvalTable.decimal(meanFvu()), "unweighted"));
    for (int i = 0; i < parts.size(); i++) {
      PartReconstruction measured = parts.get(i);
      out.append(
          EvalTable.row(
              "  FVU of " + measured.part().name(),
              EvalTable.decimal(measured.fvu()),
              String.format(
                  Locale.ROOT,
                  "cosine %s, exclusive latents: %,d",
                  EvalTable.decimal(measured.cosine()),
                  exclusive.get(i))));
    }
    return out.toString();
  }
}
