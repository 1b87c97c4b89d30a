package io.github.sae4j.eval;

import io.github.sae4j.store.SourcePart;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * How strongly each latent writes into each part of joined rows: {@code ‖d_ip‖}, the norm of the
 * slice of latent i's decoder row for part p (Lindsey et al. 2024, "Sparse Crosscoders for
 * Cross-Layer Features and Model Diffing").
 *
 * <p>Norms of two parts are comparable only if the parts were scaled alike, for example to rows
 * with the same mean norm.
 */
public final class DecoderNorms {
  private static final int BLOCK_VALUES = 1 << 20;

  private final List<SourcePart> parts;
  private final double[][] norms;

  private DecoderNorms(List<SourcePart> parts, double[][] norms) {
    this.parts = parts;
    this.norms = norms;
  }

  /**
   * Reads a decoder a few rows at a time.
   *
   * @param wDec {@code [nLatents, Σ widths]}
   * @param parts the parts of a decoder row, in order and without gaps
   * @throws IllegalArgumentException if the widths of the parts do not add up to the decoder's
   *     width
   */
  public static DecoderNorms of(INDArray wDec, List<SourcePart> parts) {
    int width = SourcePart.rowWidth(parts);
    if (wDec.rank() != 2 || wDec.size(1) != width) {
      throw new IllegalArgumentException(
          "the parts make up rows of width %d, but the decoder has the shape %s"
              .formatted(width, Arrays.toString(wDec.shape())));
    }
    int nLatents = Math.toIntExact(wDec.size(0));
    int blockRows = Math.max(1, BLOCK_VALUES / width);
    double[][] norms = new double[parts.size()][nLatents];
    for (int from = 0; from < nLatents; from += blockRows) {
      int to = Math.min(nLatents, from + blockRows);
      INDArray view = wDec.get(NDArrayIndex.interval(from, to), NDArrayIndex.all());
      try (INDArray block = view.dup('c')) {
        addNorms(block.data().asDouble(), from, to, width, parts, norms);
      }
    }
    return new DecoderNorms(List.copyOf(parts), norms);
  }

  private static void addNorms(
      double[] rows, int from, int to, int width, List<SourcePart> parts, double[][] norms) {
    for (int latent = from; latent < to; latent++) {
      int row = (latent - from) * width;
      for (int p = 0; p < norms.length; p++) {
        double squares = 0;
        for (int j = row + parts.get(p).offset(); j < row + parts.get(p).end(); j++) {
          squares += rows[j] * rows[j];
        }
        norms[p][latent] = Math.sqrt(squares);
      }
    }
  }

  /** Returns the parts, in the order of a row. */
  public List<SourcePart> parts() {
    return parts;
  }

  public int nLatents() {
    return norms[0].length;
  }

  /**
   * Returns the norm of every latent's decoder slice for one part, {@code [nLatents]}.
   *
   * @throws IllegalArgumentException if there is no part with that name
   */
  public double[] norms(String part) {
    return norms[indexOf(part)].clone();
  }

  /**
   * Returns how much of each latent belongs to part a rather than to part b.
   *
   * @param a the part whose exclusive latents are near 1
   * @param b the part whose exclusive latents are near 0
   * @throws IllegalArgumentException if there is no part with one of these names
   */
  public RelativeNorms relativeNorms(String a, String b) {
    return RelativeNorms.of(norms[indexOf(a)], norms[indexOf(b)]);
  }

  /** Returns the norms with each part divided by its own unit. */
  DecoderNorms dividedBy(double[] units) {
    double[][] divided = new double[norms.length][];
    for (int p = 0; p < divided.length; p++) {
      double unit = units[p];
      divided[p] = Arrays.stream(norms[p]).map(norm -> norm / unit).toArray();
    }
    return new DecoderNorms(parts, divided);
  }

  /**
   * Counts the latents that write into only one part, for each part: those for which the part
   * accounts for more than {@link RelativeNorms#EXCLUSIVE_ABOVE} of the sum of the norms over all
   * parts.
   */
  public List<Integer> exclusive() {
    List<Integer> counts = new ArrayList<>();
    for (double[] part : norms) {
      int count = 0;
      for (int latent = 0; latent < part.length; latent++) {
        double sum = 0;
        for (double[] other : norms) {
          sum += other[latent];
        }
        count += part[latent] > RelativeNorms.EXCLUSIVE_ABOVE * sum ? 1 : 0;
      }
      counts.add(count);
    }
    return counts;
  }

  private int indexOf(String name) {
    List<String> names = parts.stream().map(SourcePart::name).toList();
    int index = names.indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException("no part is named '" + name + "'; the parts are " + names);
    }
    return index;
  }
}
