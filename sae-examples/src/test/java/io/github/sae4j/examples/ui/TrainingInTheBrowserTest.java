package io.github.sae4j.examples.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.sae4j.examples.fashion.Bars;
import io.github.sae4j.examples.fashion.IdxImages;
import io.github.sae4j.layer.SaeLayerRuntime;
import io.github.sae4j.network.LayerPretraining;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.learning.config.Adam;

/** Compares the JSON served to the pages with what an independent listener saw. */
class TrainingInTheBrowserTest {
  private static final List<String> KEYS = List.of("encW", "encb", "decW", "decb");
  private static final int SAE = 1; // vertex 0 is the input

  @Test
  void saeInANetwork() throws Exception {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(3e-3))
                .list()
                .layer(SmallSae.layer())
                .layer(SmallSae.classes())
                .build());
    net.init();
    Recorder recorder = new Recorder();
    try (TrainingUi ui = TrainingUi.start(0)) {
      net.setListeners(ui.listener("net", 1), recorder);
      net.pretrain(SmallSae.batches());
      net.fit(SmallSae.batches());
      Pages pages = new Pages(ui.address());
      withoutLabels(pages, "net_layer0", recorder.withoutLabels);
      withLabels(pages, "net", recorder.withLabels, "MultiLayerNetwork", "0");
    }
  }

  @Test
  void saeInAGraph() throws Exception {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(3e-3))
                .graphBuilder()
                .addInputs("in")
                .addLayer("sae", SmallSae.layer(), "in")
                .addLayer("classes", SmallSae.classes(), "sae")
                .setOutputs("classes")
                .build());
    graph.init();
    Recorder recorder = new Recorder();
    try (TrainingUi ui = TrainingUi.start(0)) {
      graph.setListeners(ui.listener("graph", 1), recorder);
      graph.pretrain(SmallSae.batches());
      graph.fit(SmallSae.batches());
      Pages pages = new Pages(ui.address());
      withoutLabels(pages, "graph_layer1", recorder.withoutLabels);
      withLabels(pages, "graph", recorder.withLabels, "ComputationGraph", "sae");
    }
  }

  @Test
  void saeAfterAnotherLayer() throws Exception {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(3e-3))
                .list()
                .layer(new DenseLayer.Builder().nIn(SmallSae.N_IN).nOut(SmallSae.N_IN).build())
                .layer(SmallSae.unconstrained())
                .layer(SmallSae.classes())
                .build());
    net.init();
    Recorder recorder = new Recorder((SaeLayerRuntime) net.getLayer(1));
    try (TrainingUi ui = TrainingUi.start(0)) {
      net.setListeners(ui.listener("behind", 1), recorder);
      LayerPretraining.pretrain(net, 1, SmallSae.batches(), 1);
      withoutLabels(new Pages(ui.address()), "behind_layer1", recorder.withoutLabels);
    }
  }

  @Test
  void exampleShowsEveryFifthIteration(@TempDir Path directory) throws Exception {
    Bars.write(directory, "train", 1500); // 12 batches
    IdxImages images = IdxImages.read(directory, "train", 1500);
    try (TrainingUi ui = TrainingUi.start(0)) {
      MultiLayerNetwork net = TrainingInTheBrowser.train(images, ui);
      Pages pages = new Pages(ui.address());
      pages.select("clothing_layer0");
      assertEquals(List.of(5, 10), integers(pages.json("/train/overview/data").get("scoresIter")));
      pages.select("clothing");
      JsonNode overview = pages.json("/train/overview/data");
      assertEquals(List.of(5, 10), integers(overview.get("scoresIter")));
      assertEquals(String.valueOf(net.numParams()), overview.get("model").get(2).get(1).asText());
    }
  }

  private static void withoutLabels(Pages pages, String session, Recorder.Seen seen)
      throws Exception {
    pages.select(session);
    assertEquals(session, pages.get("/train/sessions/current").body());
    scores(pages.json("/train/overview/data"), seen);
    ratios(pages.json("/train/overview/data"), Set.of("0_encW", "0_decW"));
    layer(pages, seen, "");
    List<Double> shown =
        doubles(pages.json("/train/model/data/" + SAE).get("activations").get("mean"));
    assertEquals(seen.latentMeans.size(), shown.size());
    for (int i = 0; i < shown.size(); i++) {
      assertEquals(seen.latentMeans.get(i), shown.get(i), 1e-6);
    }
  }

  private static void withLabels(
      Pages pages, String session, Recorder.Seen seen, String kind, String layer) throws Exception {
    pages.select(session);
    JsonNode overview = pages.json("/train/overview/data");
    assertEquals(kind, overview.get("model").get(0).get(1).asText());
    scores(overview, seen);
    String output = layer.equals("0") ? "1" : "classes";
    ratios(overview, Set.of(layer + "_encW", layer + "_decW", output + "_W"));
    layer(pages, seen, layer + "_");
    JsonNode system = pages.json("/train/system/data").get("software").get("0");
    assertEquals(System.getProperty("java.version"), system.get(4).get(1).asText());
  }

  private static void scores(JsonNode overview, Recorder.Seen seen) {
    assertEquals(SmallSae.BATCHES, seen.scores.size());
    assertEquals(seen.iterations, integers(overview.get("scoresIter")));
    assertEquals(seen.scores, doubles(overview.get("scores")));
    assertTrue(seen.scores.get(SmallSae.BATCHES - 1) < seen.scores.get(0), seen.scores.toString());
    assertEquals(String.valueOf(SmallSae.BATCHES), overview.get("perf").get(3).get(1).asText());
  }

  private static void ratios(JsonNode overview, Set<String> names) {
    for (String chart : List.of("updateRatios", "stdevGradients", "stdevUpdates")) {
      Set<String> shown = new TreeSet<>();
      overview.get(chart).fieldNames().forEachRemaining(shown::add);
      assertEquals(new TreeSet<>(names), shown, chart);
      for (String name : names) {
        List<Double> line = doubles(overview.get(chart).get(name));
        assertEquals(SmallSae.BATCHES, line.size());
        assertTrue(line.stream().allMatch(value -> value > 0), chart + " " + name + " " + line);
      }
    }
  }

  /** Checks the SAE on the page "model"; its keys in the network start with the prefix. */
  private static void layer(Pages pages, Recorder.Seen seen, String prefix) throws Exception {
    JsonNode graph = pages.json("/train/model/graph");
    assertEquals("sae", graph.get("vertexNames").get(SAE).asText());
    assertEquals("Sae", graph.get("vertexTypes").get(SAE).asText());
    JsonNode data = pages.json("/train/model/data/" + SAE);
    assertEquals("[\"Layer Name\",\"sae\"]", data.get("layerInfo").get(0).toString());
    assertEquals("[\"Layer Type\",\"Sae\"]", data.get("layerInfo").get(1).toString());
    int parameters = 2 * SmallSae.N_IN * SmallSae.LATENTS + SmallSae.LATENTS + SmallSae.N_IN;
    assertEquals(
        "[\"# Parameters\",\"" + parameters + "\"]", data.get("layerInfo").get(4).toString());

    Set<String> shown = new TreeSet<>();
    data.get("meanMag").get("layerParamNames").forEach(name -> shown.add(name.asText()));
    assertEquals(new TreeSet<>(KEYS), shown);
    assertEquals(seen.iterations, integers(data.get("meanMag").get("iterCounts")));
    for (String key : KEYS) {
      List<Double> magnitudes = doubles(data.get("meanMag").get("paramMM").get(key));
      assertEquals(seen.meanMagnitude(prefix + key), magnitudes.get(SmallSae.BATCHES - 1), 1e-6);
      JsonNode histogram = data.get("paramHist").get(key);
      int length = seen.parameters.get(prefix + key).length;
      assertEquals(length, sum(histogram.get("counts")), key);
      assertEquals(seen.max(prefix + key), histogram.get("max").asDouble(), key);
      assertEquals(length, sum(data.get("updateHist").get(key).get("counts")), key);
      assertEquals(3e-3, data.get("learningRates").get("lrs").get(key).get(0).asDouble(), 1e-9);
    }
  }

  private static int sum(JsonNode counts) {
    return integers(counts).stream().mapToInt(i -> i).sum();
  }

  private static List<Integer> integers(JsonNode array) {
    List<Integer> list = new ArrayList<>();
    array.forEach(value -> list.add(value.asInt()));
    return list;
  }

  private static List<Double> doubles(JsonNode array) {
    List<Double> list = new ArrayList<>();
    array.forEach(value -> list.add(value.asDouble()));
    return list;
  }
}
