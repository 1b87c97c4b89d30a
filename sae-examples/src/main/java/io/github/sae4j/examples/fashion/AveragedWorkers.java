package io.github.sae4j.examples.fashion;

import io.github.sae4j.dashboard.CurvesPlot;
import io.github.sae4j.dashboard.TrainingCurves;
import io.github.sae4j.layer.SaeLayer;
import io.github.sae4j.network.ReconstructionScore;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.ActivationSources;
import io.github.sae4j.variant.TopK;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Trains an SAE with DL4J's {@code ParallelWrapper} and shows how reconstruction depends on the
 * number of workers and on how often their parameters are averaged.
 *
 * <pre>AveragedWorkers ACTIVATIONS OUT [ROWS]</pre>
 *
 * <p>ACTIVATIONS is a dump, such as the one that {@link FashionCnn} writes; its last tenth is held
 * out. Batches that do not fill a part of the training are left out. OUT receives {@code
 * averaging.png}. All settings see the same batches.
 */
public final class AveragedWorkers {
  private static final int LATENTS = 1024;
  private static final int K = 16;
  private static final int BATCH = 128;
  private static final int PART = 80; // batches per measurement; whole averagings
  private static final int EPOCHS = 5;

  private AveragedWorkers() {}

  /**
   * A training setting.
   *
   * @param workers number of workers; 1 for {@code fit} without a wrapper
   * @param frequency number of steps of each worker between two averagings
   */
  private record Way(int workers, int frequency) {
    String title() {
      return workers == 1
          ? "1 worker"
          : workers
              + " workers, averaged every "
              + (frequency == 1 ? "step" : frequency + " steps");
    }
  }

  private static final List<Way> WAYS =
      List.of(
          new Way(1, 1),
          new Way(2, 1),
          new Way(2, 5),
          new Way(2, 20),
          new Way(4, 1),
          new Way(4, 20));

  /**
   * The result of a setting.
   *
   * @param fvu FVU of the held-out rows over the course of training
   * @param seconds training time in seconds
   */
  record Result(String title, TrainingCurves.Curve fvu, double seconds) {
    double last() {
      return fvu.values().get(fvu.values().size() - 1);
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "workers  %-34s FVU %.4f after a fifth, %.4f at the end, %.0f s",
          title,
          fvu.values().get(Math.max(1, fvu.values().size() / 5) - 1),
          last(),
          seconds);
    }
  }

  /** Runs the study with the arguments described above. */
  public static void main(String[] args) throws IOException {
    if (args.length < 2 || args.length > 3) {
      throw new IllegalArgumentException("usage: AveragedWorkers ACTIVATIONS OUT [ROWS]");
    }
    int rows = args.length > 2 ? Integer.parseInt(args[2]) : Integer.MAX_VALUE;
    run(Path.of(args[0]), Path.of(args[1]), rows).forEach(System.out::println);
  }

  static List<Result> run(Path activations, Path out, int mostRows) throws IOException {
    List<DataSet> train = new ArrayList<>();
    List<DataSet> heldOut = new ArrayList<>();
    int width = read(activations, mostRows, train, heldOut);
    List<Result> results = new ArrayList<>();
    Map<String, TrainingCurves.Curve> curves = new LinkedHashMap<>();
    for (Way way : WAYS) {
      Result result = train(way, width, train, heldOut);
      results.add(result);
      curves.put(result.title(), result.fvu());
    }
    CurvesPlot.write(curves, "batches seen", "FVU of held-out rows", out.resolve("averaging.png"));
    return results;
  }

  /** Reads batches of rows, spread over the dump so that neighbours are not in the same batch. */
  private static int read(
      Path activations, int mostRows, List<DataSet> train, List<DataSet> heldOut)
      throws IOException {
    try (ActivationSource source = ActivationSources.open(activations, null)) {
      int rows = (int) Math.min(source.rows(), mostRows);
      int width = source.width();
      float[] values = new float[rows * width];
      source.read(0, rows, values, 0);
      int batches = rows / BATCH;
      if (batches < 2) {
        throw new IllegalArgumentException(
            "expected at least %d rows in %s, found %d".formatted(2 * BATCH, activations, rows));
      }
      for (int batch = 0; batch < batches; batch++) {
        float[] part = new float[BATCH * width];
        for (int i = 0; i < BATCH; i++) {
          System.arraycopy(values, (i * batches + batch) * width, part, i * width, width);
        }
        INDArray x = Nd4j.createFromArray(part).reshape(BATCH, width);
        (batch < Math.max(1, batches * 9 / 10) ? train : heldOut).add(new DataSet(x, x));
      }
      return width;
    }
  }

  private static Result train(Way way, int width, List<DataSet> train, List<DataSet> heldOut) {
    MultiLayerNetwork net = network(width);
    ReconstructionScore<MultiLayerNetwork> score =
        ReconstructionScore.ofLayer(0, new ListDataSetIterator<>(heldOut, 1));
    List<Double> at = new ArrayList<>();
    List<Double> fvu = new ArrayList<>();
    double seconds = 0;
    int parts = Math.max(1, train.size() / PART);
    for (int part = 0; part < EPOCHS * parts; part++) {
      int from = part % parts * PART;
      List<DataSet> batches = train.subList(from, Math.min(from + PART, train.size()));
      long start = System.nanoTime();
      fit(net, way, batches);
      seconds += (System.nanoTime() - start) * 1e-9;
      at.add((double) (part + 1) * batches.size());
      fvu.add(score.calculateScore(net));
    }
    return new Result(way.title(), new TrainingCurves.Curve(at, fvu), seconds);
  }

  private static void fit(MultiLayerNetwork net, Way way, List<DataSet> batches) {
    ListDataSetIterator<DataSet> iterator = new ListDataSetIterator<>(batches, 1);
    if (way.workers() == 1) {
      net.fit(iterator);
      return;
    }
    ParallelWrapper wrapper =
        new ParallelWrapper.Builder<>(net)
            .workers(way.workers())
            .averagingFrequency(way.frequency())
            .averageUpdaters(true)
            .build();
    wrapper.fit(iterator); // also closes the wrapper
  }

  private static MultiLayerNetwork network(int width) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(1e-3))
                .list()
                .layer(
                    new SaeLayer.Builder()
                        .nIn(width)
                        .nLatents(LATENTS)
                        .variant(new TopK(K, 0, 0))
                        .build())
                .layer(
                    new LossLayer.Builder(LossFunction.SQUARED_LOSS)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    net.init();
    return net;
  }
}
