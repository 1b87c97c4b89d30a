package io.github.sae4j.examples.fashion;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.api.Saes;
import io.github.sae4j.examples.classic.Mosaic;
import io.github.sae4j.network.NetworkHarvester;
import io.github.sae4j.network.NetworkSplice;
import io.github.sae4j.network.NetworkView;
import io.github.sae4j.splice.Intervention;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.ActivationSources;
import io.github.sae4j.variant.BatchTopK;
import io.github.sae4j.variant.KSparse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Analyses the dense layer of a CNN for clothing: trains the network, harvests the layer, trains
 * SAEs on it, splices in their reconstructions, and finds the latents that the recognition of a
 * class depends on.
 *
 * <pre>FashionCnn DATA OUT [PICTURES]</pre>
 *
 * <p>DATA is a directory with the four gzipped IDX files; PICTURES limits how many training
 * pictures are used, by default all. OUT receives the network, the activations, the runs and {@code
 * latents.png}, which has a line for each of ten latents with the ten pictures that activate it
 * most.
 */
public final class FashionCnn {
  private static final int LATENTS = 8 * FashionNetwork.WIDTH;
  private static final List<Integer> L0 = List.of(8, 16, 32);
  private static final int SHOWN = 10;
  private static final int EPOCHS = 4;

  private FashionCnn() {}

  /** Runs the study with the arguments described above. */
  public static void main(String[] args) throws IOException {
    if (args.length < 2 || args.length > 3) {
      throw new IllegalArgumentException("usage: FashionCnn DATA OUT [PICTURES]");
    }
    int pictures = args.length > 2 ? Integer.parseInt(args[2]) : Integer.MAX_VALUE;
    run(Path.of(args[0]), Path.of(args[1]), pictures).forEach(System.out::println);
  }

  /** Returns the results as lines of text. */
  static List<String> run(Path data, Path out, int pictures) throws IOException {
    Files.createDirectories(out);
    IdxImages train = IdxImages.read(data, "train", pictures);
    IdxImages test = IdxImages.read(data, "t10k", pictures);
    MultiLayerNetwork net = network(train, out.resolve("cnn.zip"));
    NetworkView view = NetworkView.of(net);
    Path dump = out.resolve("activations");
    new NetworkHarvester(view, List.of(FashionNetwork.DENSE))
        .model("fashion-cnn")
        .labels(FashionNetwork.CLASSES)
        .overwrite(true)
        .run(FashionNetwork.inOrder(train), dump);
    List<SparseAutoencoder> saes = new ArrayList<>();
    List<Intervention> reconstructions = new ArrayList<>();
    for (int k : L0) {
      SparseAutoencoder sae = dictionary(dump, k, out.resolve("batch-topk-" + k));
      saes.add(sae);
      reconstructions.add(Intervention.reconstruction("k = " + k, sae));
    }
    List<String> lines = new ArrayList<>();
    NetworkSplice splice = new NetworkSplice(view, FashionNetwork.DENSE);
    DataSetIterator tests = FashionNetwork.inOrder(test);
    float[] mean = splice.mean(FashionNetwork.inOrder(train));
    List<NetworkSplice.Outcome> outcomes = splice.run(tests, mean, reconstructions);
    double original = outcomes.get(0).accuracy();
    for (NetworkSplice.Outcome each : outcomes) {
      lines.add(
          "%-8s accuracy %.4f (%.2f %% of the original's), loss %.4f, recovers %.2f %% of the loss added by the mean, %.2f %% by zeros"
              .formatted(
                  each.name(),
                  each.accuracy(),
                  100 * each.accuracy() / original,
                  each.loss(),
                  100 * each.recoveredOfMean(),
                  100 * each.recoveredOfZero()));
    }
    lines.addAll(latents(net, view, saes.get(1), test, out.resolve("latents.png")));
    return lines;
  }

  private static MultiLayerNetwork network(IdxImages images, Path file) throws IOException {
    if (Files.exists(file)) {
      return ModelSerializer.restoreMultiLayerNetwork(file.toFile());
    }
    MultiLayerNetwork net = FashionNetwork.train(images, EPOCHS, 1);
    net.save(file.toFile());
    return net;
  }

  private static SparseAutoencoder dictionary(Path dump, int k, Path run) throws IOException {
    try (ActivationSource rows = ActivationSources.open(dump, null)) {
      int batch = (int) Math.min(1024, rows.rows() / 4);
      return Saes.train(rows)
          .latents(LATENTS)
          .variant(new BatchTopK(k, FashionNetwork.WIDTH / 2, KSparse.AUX_COEFFICIENT))
          .settings(s -> s.batch(batch).epochs(30))
          .into(run)
          .overwrite()
          .run()
          .sae();
    }
  }

  private static List<String> latents(
      MultiLayerNetwork net, NetworkView view, SparseAutoencoder sae, IdxImages test, Path png)
      throws IOException {
    INDArray rows = rows(view, test);
    int[] labels = new int[test.count()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = test.label(i);
    }
    Layer output = net.getOutputLayer();
    ClassLatents latents =
        new ClassLatents(sae, rows, output.getParam("W"), output.getParam("b"), labels);
    List<String> lines = new ArrayList<>();
    List<float[]> tiles = new ArrayList<>();
    for (ClassLatents.Finding each : latents.hardest(SHOWN)) {
      lines.add(
          "latent %4d: removing it loses %.1f %% of %s; active in %.1f %% of pictures"
              .formatted(
                  each.latent(),
                  100 * each.fraction(),
                  FashionNetwork.CLASSES.get(each.label()),
                  100 * each.density()));
      for (int example : latents.strongest(each.latent(), SHOWN)) {
        float[] tile = test.pixels(example).clone();
        for (int i = 0; i < tile.length; i++) {
          tile[i] = 2 * tile[i] - 1; // black is -1
        }
        tiles.add(tile);
      }
    }
    new Mosaic(IdxImages.SIDE, IdxImages.SIDE, SHOWN, 2).write(tiles.toArray(float[][]::new), png);
    return lines;
  }

  private static INDArray rows(NetworkView view, IdxImages images) {
    List<INDArray> found = new ArrayList<>();
    DataSetIterator batches = FashionNetwork.inOrder(images);
    while (batches.hasNext()) {
      view.run(
          batches.next(),
          (place, activations) -> {
            if (place.equals(FashionNetwork.DENSE)) {
              found.add(activations.dup());
            }
            return activations;
          });
    }
    return Nd4j.vstack(found);
  }
}
