package io.github.sae4j.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.sae4j.Bits;
import io.github.sae4j.variant.Variant;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks saved by an older version or by this one. */
class SavedNetworksTest {
  private static final Path GOLDEN = Path.of("src", "test", "resources", "networks");

  static Stream<String> golden() throws IOException {
    Set<String> names = new TreeSet<>();
    expected().fieldNames().forEachRemaining(names::add);
    return names.stream();
  }

  private static JsonNode expected() throws IOException {
    return new ObjectMapper().readTree(GOLDEN.resolve(GoldenNetworks.EXPECTED).toFile());
  }

  @ParameterizedTest
  @MethodSource("golden")
  void olderFilesAreReadAndBehaveTheSame(String name) throws IOException {
    File file = GOLDEN.resolve(name + ".zip").toFile();
    Model model =
        name.equals("graph")
            ? ModelSerializer.restoreComputationGraph(file)
            : ModelSerializer.restoreMultiLayerNetwork(file);
    GoldenNetworks.Behaviour found = GoldenNetworks.Behaviour.of(model, name);
    JsonNode then = expected().get(name);
    assertEquals(then.get("output").size(), found.output().size());
    for (int i = 0; i < found.output().size(); i++) { // perhaps from another CPU
      assertEquals(then.get("output").get(i).doubleValue(), found.output().get(i), 1e-5);
    }
    assertEquals(then.get("score").doubleValue(), found.score(), 1e-4);
  }

  @Test
  void eachNetworkHasItsFile() throws IOException {
    assertEquals(new TreeSet<>(GoldenNetworks.names()), new TreeSet<>(golden().toList()));
  }

  @ParameterizedTest
  @MethodSource("io.github.sae4j.layer.SaeLayerTest#everyVariant")
  void aGraphKeepsEveryBit(Variant variant, @TempDir Path directory) throws IOException {
    ComputationGraph graph = graph(variant);
    Nd4j.getRandom().setSeed(4);
    INDArray x = Nd4j.rand(DataType.FLOAT, 16, 5);
    graph.fit(new INDArray[] {x}, new INDArray[] {Nd4j.ones(16, 2)});
    INDArray expected = graph.outputSingle(x);

    ComputationGraphConfiguration conf = graph.getConfiguration();
    assertEquals(conf, ComputationGraphConfiguration.fromJson(conf.toJson()));
    assertEquals(conf, ComputationGraphConfiguration.fromYaml(conf.toYaml()));
    ComputationGraph read =
        new ComputationGraph(ComputationGraphConfiguration.fromYaml(conf.toYaml()));
    read.init();
    read.setParams(graph.params());
    Bits.assertSame(expected, read.outputSingle(x));

    File file = directory.resolve("graph.zip").toFile();
    ModelSerializer.writeModel(graph, file, true);
    ComputationGraph restored = ModelSerializer.restoreComputationGraph(file);
    Bits.assertSame(expected, restored.outputSingle(x));
    Bits.assertSame(expected, graph.clone().outputSingle(x));
    ComputationGraph transferred =
        new TransferLearning.GraphBuilder(graph)
            .fineTuneConfiguration(new FineTuneConfiguration.Builder().seed(5).build())
            .setFeatureExtractor("sae_1")
            .build();
    Bits.assertSame(expected, transferred.outputSingle(x));

    graph.fit(new INDArray[] {x}, new INDArray[] {Nd4j.ones(16, 2)});
    restored.fit(new INDArray[] {x}, new INDArray[] {Nd4j.ones(16, 2)});
    Bits.assertSame(graph.params(), restored.params()); // including the updater's state
  }

  private static ComputationGraph graph(Variant variant) {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(7)
                .updater(new Adam(3e-3))
                .graphBuilder()
                .addInputs("in")
                .addLayer("dense", new DenseLayer.Builder().nOut(8).build(), "in")
                .addLayer(
                    "sae_1", new SaeLayer.Builder().nLatents(24).variant(variant).build(), "dense")
                .addLayer("out", new OutputLayer.Builder(LossFunction.MSE).nOut(2).build(), "sae_1")
                .setOutputs("out")
                .setInputTypes(InputType.feedForward(5))
                .build());
    graph.init();
    return graph;
  }
}
