package io.github.sae4j.layer;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.github.sae4j.variant.AbsTopK;
import io.github.sae4j.variant.BatchTopK;
import io.github.sae4j.variant.Bottleneck;
import io.github.sae4j.variant.Gated;
import io.github.sae4j.variant.JumpRelu;
import io.github.sae4j.variant.Matryoshka;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.ReluLp;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Saved networks that contain an SAE, with their outputs: files that every later version must read.
 * The main method writes them to {@code src/test/resources/networks}, which is its argument; run it
 * with the test class path. Existing files are kept, because new ones would not show whether old
 * ones can be read.
 */
final class GoldenNetworks {
  static final String EXPECTED = "expected.json";
  private static final int WIDTH = 8;

  private GoldenNetworks() {}

  /**
   * A network's behaviour when it was saved.
   *
   * @param output output for {@link #data}, element by element
   * @param score score after one more step of training
   */
  record Behaviour(List<Float> output, double score) {

    static Behaviour of(Model model, String name) {
      DataSet data = data(name);
      if (model instanceof ComputationGraph graph) {
        List<Float> output = floats(graph.outputSingle(data.getFeatures()));
        graph.fit(data);
        return new Behaviour(output, graph.score(data));
      }
      MultiLayerNetwork net = (MultiLayerNetwork) model;
      List<Float> output = floats(net.output(data.getFeatures()));
      net.fit(data);
      return new Behaviour(output, net.score(data));
    }

    private static List<Float> floats(INDArray array) {
      List<Float> floats = new ArrayList<>();
      for (float value : array.dup('c').data().asFloat()) {
        floats.add(value);
      }
      return floats;
    }
  }

  /** Writes missing files. */
  public static void main(String[] args) throws IOException {
    Path directory = Path.of(args[0]);
    File expected = directory.resolve(EXPECTED).toFile();
    ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    Map<String, Object> behaviours = new LinkedHashMap<>();
    if (expected.exists()) {
      behaviours.putAll(json.readValue(expected, new TypeReference<Map<String, Object>>() {}));
    }
    for (Map.Entry<String, Model> each : networks().entrySet()) {
      if (!behaviours.containsKey(each.getKey())) {
        File file = directory.resolve(each.getKey() + ".zip").toFile();
        ModelSerializer.writeModel(each.getValue(), file, true);
        behaviours.put(each.getKey(), Behaviour.of(each.getValue(), each.getKey()));
      }
    }
    json.writeValue(expected, behaviours);
  }

  /**
   * Returns the variants of the files; a new variant needs no file, because no older version wrote
   * one.
   */
  private static Stream<Variant> variants() {
    return Stream.of(
        new TopK(3, 4, 1.0 / 32),
        new AbsTopK(3, 4, 1.0 / 32),
        new BatchTopK(3, 4, 1.0 / 32),
        new Matryoshka(new BatchTopK(3, 4, .5), List.of(4, 24), true),
        new ReluL1(.01, ReluL1.Weighting.PLAIN, true, List.of()),
        new ReluL1(.01, ReluL1.Weighting.DECODER_NORM, false, List.of(3, 5)),
        new ReluLp(.01, 1, .5),
        new JumpRelu(.01, JumpRelu.Sparsity.QUADRATIC, 3, .1, 1e-3),
        new Gated(.01),
        new SigmoidKl(.05, .1, SigmoidKl.Divergence.JENSEN_SHANNON, .9),
        new Bottleneck(Bottleneck.Activation.TANH));
  }

  /** Returns networks trained for one step, so updaters have a state. */
  static Map<String, Model> networks() {
    Map<String, Model> networks = new LinkedHashMap<>();
    variants()
        .forEach(variant -> networks.put(name(variant, networks), layers(sae(variant).build())));
    Variant topK = new TopK(3, 4, 1.0 / 32);
    networks.put("tied", layers(sae(topK).tied(true).build()));
    networks.put("transcoder", layers(sae(new Gated(.01)).transcoder(WIDTH, false).build()));
    networks.put("skip-transcoder", layers(sae(topK).transcoder(WIDTH, true).build()));
    networks.put("graph", graph(sae(topK).output(SaeLayer.Output.LATENTS).build()));
    networks.put(
        "series",
        sequence(
            InputType.recurrent(WIDTH),
            new LSTM.Builder().nOut(WIDTH).build(),
            sae(topK).build(),
            new RnnOutputLayer.Builder(LossFunction.MSE).nOut(2).build()));
    networks.put(
        "maps",
        sequence(
            InputType.convolutional(4, 3, 1),
            new ConvolutionLayer.Builder(2, 2).nOut(WIDTH).build(),
            sae(topK).build(),
            new OutputLayer.Builder(LossFunction.MSE).nOut(2).build()));
    networks.replaceAll((name, model) -> trained(model, name));
    return networks;
  }

  private static Model trained(Model model, String name) {
    Behaviour.of(model, name);
    return model;
  }

  private static String name(Variant variant, Map<String, Model> taken) {
    return taken.containsKey(variant.name()) ? variant.name() + "-2" : variant.name();
  }

  private static SaeLayer.Builder sae(Variant variant) {
    return new SaeLayer.Builder().nIn(WIDTH).nLatents(24).variant(variant).name("sae");
  }

  private static NeuralNetConfiguration.Builder settings() {
    return new NeuralNetConfiguration.Builder()
        .seed(5)
        .updater(new Adam(1e-2))
        .activation(Activation.TANH);
  }

  private static MultiLayerNetwork layers(SaeLayer sae) {
    return sequence(
        InputType.feedForward(WIDTH),
        new DenseLayer.Builder().nOut(WIDTH).build(),
        sae,
        new OutputLayer.Builder(LossFunction.MSE).nOut(2).build());
  }

  private static MultiLayerNetwork sequence(
      InputType type, Layer first, SaeLayer sae, Layer output) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            settings()
                .list()
                .layer(first)
                .layer(sae)
                .layer(new ActivityRegularization.Builder(.01).l2(.02).build())
                .layer(output)
                .setInputType(type)
                .build());
    net.init();
    return net;
  }

  private static ComputationGraph graph(SaeLayer sae) {
    ComputationGraph graph =
        new ComputationGraph(
            settings()
                .graphBuilder()
                .addInputs("in")
                .addLayer("dense", new DenseLayer.Builder().nOut(WIDTH).build(), "in")
                .addLayer("sae", sae, "dense")
                .addLayer("penalty", new ActivityRegularization.Builder(.01).build(), "sae")
                .addLayer(
                    "out", new OutputLayer.Builder(LossFunction.MSE).nOut(2).build(), "penalty")
                .setOutputs("out")
                .setInputTypes(InputType.feedForward(WIDTH))
                .build());
    graph.init();
    return graph;
  }

  /** Returns data that is the same on every machine. */
  static DataSet data(String name) {
    return switch (name) {
      case "series" -> new DataSet(waves(3, WIDTH, 4), waves(3, 2, 4));
      case "maps" -> new DataSet(waves(3, 1, 4, 3), waves(3, 2));
      default -> new DataSet(waves(7, WIDTH), waves(7, 2));
    };
  }

  private static INDArray waves(long... shape) {
    int length = 1;
    for (long size : shape) {
      length *= (int) size;
    }
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) Math.sin(1.7 * i + 1);
    }
    return Nd4j.createFromArray(values).castTo(DataType.FLOAT).reshape(shape);
  }

  /** Returns the names of the required files. */
  static List<String> names() {
    return List.copyOf(networks().keySet());
  }
}
