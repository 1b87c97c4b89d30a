package io.github.sae4j.train;

import io.github.sae4j.cpu.Kernels;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.SparseCodes;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The residuals of a sample of rows, {@code r = x − x̂}: how much each latent contributes, and in
 * which direction one more latent would help.
 *
 * <p>The use of a latent is the sum, over rows in which it has a code f, of {@code f²} times the
 * squared distance of its decoder row from the span of the other active rows ({@link
 * SpanDistance}), minus the same for its mean code in every row, which b_dec could replace: the
 * part that neither could take over. A latent that fires only together with a duplicate has no use.
 * Neither has a latent that is the negative of another and active in most rows, namely those
 * without a feature: b_dec and the other latent can represent that feature together.
 *
 * <p>The gain of a direction u is the reduction of the squared error with codes of {@code r·u}
 * where that is large: {@code Σ (r·u)²} over the rows in which {@code r·u} exceeds half the norm of
 * the residual that u was taken from. A feature that a dictionary lacks shows in all of its rows;
 * the row itself does not count, so the residual of a single row gains nothing.
 */
final class Residuals {
  /** Number of rows used. */
  static final int ROWS = 1 << 13;

  /** Number of times a direction is turned towards the residuals that contain much of it. */
  private static final int ROUNDS = 3;

  private static final double MOSTLY = .5; // fraction of rows
  private static final double LEAST =
      .5; // minimum of r·u, relative to the norm of the residual u comes from

  private final float[] values; // [rows, width]
  private final int rows;
  private final int width;
  private final float[] inputs; // the rows themselves, relative to b_dec
  private final double[] use; // [nLatents]
  private final double[] means; // [nLatents]

  /**
   * A direction for a latent.
   *
   * @param values {@code [width]}, of norm 1
   * @param gain its gain, in the units of {@link #use}
   * @param distance distance from b_dec, along this direction, of the row that it was found in; at
   *     most 0 if an encoder in this direction would not be active there
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Direction(float[] values, double gain, double distance) {}

  private Residuals(
      float[] values, int rows, int width, float[] inputs, double[] use, double[] means) {
    this.values = values;
    this.rows = rows;
    this.width = width;
    this.inputs = inputs;
    this.use = use;
    this.means = means;
  }

  /**
   * Returns the residuals of a network in its current state.
   *
   * @param sample rows as seen by the network, of which a subset is used
   */
  static Residuals of(TrainingNetwork network, RowSample sample) {
    RowSample some = sample.everyFew(ROWS);
    int width = some.width();
    SaeParameters p = network.layer().parameters();
    float[] left = some.values().clone();
    double[] use = new double[p.nLatents()];
    double[] means = new double[use.length];
    double[] rates = new double[use.length];
    double[] ownMeans = new double[use.length];
    float[] decoder = new float[width * use.length];
    for (int l = 0; l < use.length; l++) {
      System.arraycopy(p.wDec().getRow(l).toFloatVector(), 0, decoder, l * width, width);
    }
    network.encode(
        some,
        (from, codes, reconstruction) -> {
          for (int i = 0; i < reconstruction.length; i++) {
            left[from * width + i] -= reconstruction[i];
          }
          forEachRow(
              codes,
              (row, latents, f) -> {
                double[] own = SpanDistance.squares(decoder, width, latents);
                for (int i = 0; i < latents.length; i++) {
                  use[latents[i]] += f[i] * f[i] * own[i];
                  rates[latents[i]] += 1.0 / some.rows();
                  means[latents[i]] += f[i] / some.rows();
                  ownMeans[latents[i]] += f[i] * Math.sqrt(own[i]) / some.rows();
                }
              });
        });
    for (int l = 0; l < use.length; l++) {
      use[l] -= some.rows() * ownMeans[l] * ownMeans[l];
      use[l] *= rates[l] > MOSTLY ? 1 - opposite(decoder, width, l) : 1;
    }
    float[] bias = p.bDec().toFloatVector();
    float[] inputs = some.values().clone();
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] -= bias[i % width];
    }
    return new Residuals(left, some.rows(), width, inputs, use, means);
  }

  /** Returns the squared component of a latent's decoder row along the row most opposite to it. */
  private static double opposite(float[] decoder, int width, int latent) {
    int at = latent * width;
    double square = Kernels.INSTANCE.dot(decoder, at, decoder, at, width);
    double least = 0;
    for (int other = 0; other < decoder.length; other += width) {
      double along = Kernels.INSTANCE.dot(decoder, at, decoder, other, width);
      double otherSquare = Kernels.INSTANCE.dot(decoder, other, decoder, other, width);
      least = Math.min(least, along / Math.sqrt(square * otherSquare));
    }
    return least * least;
  }

  /** Receives the latents that are active in a row. */
  private interface ActiveRow {
    void accept(int row, int[] latents, double[] codes);
  }

  private static void forEachRow(Codes codes, ActiveRow taker) {
    int[] all = IntStream.range(0, codes.nLatents()).toArray();
    for (int row = 0; row < codes.rows(); row++) {
      int from = row;
      int[] latents =
          codes instanceof SparseCodes sparse
              ? Arrays.copyOfRange(
                  sparse.latents(), sparse.rowStarts()[row], sparse.rowStarts()[row + 1])
              : IntStream.of(all).filter(l -> codes.at(from, l) != 0).toArray();
      taker.accept(
          row, latents, IntStream.of(latents).mapToDouble(l -> codes.at(from, l)).toArray());
    }
  }

  /** Returns the use of each latent. */
  double[] use() {
    return use;
  }

  /** Returns the mean code of each latent. */
  double[] means() {
    return means;
  }

  /**
   * Returns the best direction among those of a few residuals, drawn with probability proportional
   * to their squared loss.
   *
   * @param tries number of residuals
   * @return the direction; empty if all residuals are zero
   */
  Optional<Direction> direction(int tries, SplittableRandom random) {
    double[] weights = new double[rows];
    for (int row = 0; row < rows; row++) {
      double loss = Kernels.INSTANCE.dot(values, row * width, values, row * width, width);
      weights[row] = loss * loss;
    }
    Direction best = null;
    for (int row : WeightedChoice.choose(weights, tries, random)) {
      Direction found = direction(row);
      if (found.distance() > 0 && (best == null || found.gain() > best.gain())) {
        best = found;
      }
    }
    return Optional.ofNullable(best);
  }

  /**
   * Returns the direction of a row's residual, turned towards the mean of the residuals that
   * contain much of it.
   */
  private Direction direction(int row) {
    float[] u = new float[width];
    System.arraycopy(values, row * width, u, 0, width);
    double least = LEAST * normalise(u);
    for (int round = 0; round < ROUNDS; round++) {
      float[] mean = new float[width];
      for (int other = 0; other < rows; other++) {
        float along = Kernels.INSTANCE.dot(values, other * width, u, 0, width);
        if (along > least) {
          Kernels.INSTANCE.axpy(along, values, other * width, mean, 0, width);
        }
      }
      normalise(mean);
      u = mean;
    }
    double gain = 0;
    for (int other = 0; other < rows; other++) {
      double along = Kernels.INSTANCE.dot(values, other * width, u, 0, width);
      gain += along > least && other != row ? along * along : 0;
    }
    return new Direction(u, gain, Kernels.INSTANCE.dot(inputs, row * width, u, 0, width));
  }

  private static double normalise(float[] u) {
    double norm = Math.sqrt(Kernels.INSTANCE.dot(u, 0, u, 0, u.length));
    for (int j = 0; j < u.length; j++) {
      u[j] /= (float) Math.max(1e-12, norm);
    }
    return norm;
  }

  /** Removes a direction from the residuals, as a latent with this direction will. */
  void remove(Direction direction) {
    float[] u = direction.values();
    for (int row = 0; row < rows; row++) {
      float along = Kernels.INSTANCE.dot(values, row * width, u, 0, width);
      if (along > 0) {
        Kernels.INSTANCE.axpy(-along, u, 0, values, row * width, width);
      }
    }
  }
}
