package io.github.sae4j.keras;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.sae4j.format.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.modelimport.keras.KerasModel;
import org.deeplearning4j.nn.modelimport.keras.exceptions.InvalidKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.exceptions.UnsupportedKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.utils.KerasModelBuilder;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * The {@code activity_regularizer} of Keras' layers (L1, L2, L1L2), which DL4J's import drops: an
 * {@link io.github.sae4j.layer.ActivityRegularization} behind each such layer.
 *
 * <pre>{@code
 * MultiLayerNetwork net =
 *     KerasActivityRegularizers.of(Path.of("model.h5"))
 *         .addTo(KerasModelImport.importKerasSequentialModelAndWeights("model.h5"));
 * }</pre>
 *
 * <p>Keras divides the penalty by the size of the batch, and so does the layer here. It has the
 * name of the layer before it and {@code _activity_regularizer}.
 */
public final class KerasActivityRegularizers {
  private static final String FIELD = "activity_regularizer";
  private static final double BY_NAME = .01; // Keras' own default

  private final Map<String, Weights> byLayer;

  /** Of the sums of magnitudes and of squares. */
  record Weights(double l1, double l2) {}

  private KerasActivityRegularizers(Map<String, Weights> byLayer) {
    this.byLayer = Collections.unmodifiableMap(byLayer);
  }

  /**
   * Reads a model's regularizers.
   *
   * @param model what {@code model.to_json()} gave, in a file whose name ends in .json, or HDF5
   *     ({@code model.save("model.h5")}), which needs what DL4J's import needs
   * @throws InvalidKerasConfigurationException if a regularizer is none of the three, or a weight
   *     is not a number of at least 0; names the layer
   */
  public static KerasActivityRegularizers of(Path model)
      throws IOException,
          InvalidKerasConfigurationException,
          UnsupportedKerasConfigurationException {
    if (model.getFileName().toString().endsWith(".json")) {
      return ofJson(Json.read(model));
    }
    try (KerasModelBuilder file = new KerasModel().modelBuilder()) {
      file.modelHdf5Filename(model.toString());
      return ofJson(Json.strict().build().readTree(file.getModelJson()));
    }
  }

  private static KerasActivityRegularizers ofJson(JsonNode model)
      throws InvalidKerasConfigurationException {
    JsonNode config = model.path("config");
    JsonNode layers = config.isArray() ? config : config.path("layers");
    Map<String, Weights> found = new LinkedHashMap<>();
    for (JsonNode layer : layers) {
      JsonNode own = layer.path("config");
      String name = own.path("name").asText(layer.path("name").asText());
      // of a wrapper such as TimeDistributed, that of the layer in it
      JsonNode wrapped = own.path("layer").path("config").path(FIELD);
      JsonNode regularizer = own.hasNonNull(FIELD) ? own.get(FIELD) : wrapped;
      if (!regularizer.isMissingNode() && !regularizer.isNull()) {
        found.put(name, weights(name, regularizer));
      }
    }
    return new KerasActivityRegularizers(found);
  }

  /** Of Keras 2 and 3 {@code {"class_name": "L1", "config": {"l1": …}}}, of Keras 1 all in one. */
  private static Weights weights(String layer, JsonNode regularizer)
      throws InvalidKerasConfigurationException {
    String name =
        regularizer.isTextual()
            ? regularizer.textValue()
            : regularizer.path("class_name").asText(regularizer.path("name").asText());
    JsonNode config = regularizer.has("config") ? regularizer.get("config") : regularizer;
    double unsaid = regularizer.isTextual() ? BY_NAME : 0;
    return switch (name) {
      case "L1", "l1", "L1Regularizer" -> new Weights(weight(layer, config, "l1", unsaid), 0);
      case "L2", "l2", "L2Regularizer" -> new Weights(0, weight(layer, config, "l2", unsaid));
      case "L1L2", "l1_l2", "l1l2", "L1L2Regularizer" ->
          new Weights(weight(layer, config, "l1", unsaid), weight(layer, config, "l2", unsaid));
      default ->
          throw new InvalidKerasConfigurationException(
              "layer '%s': %s must be L1, L2 or L1L2, found %s"
                  .formatted(layer, FIELD, regularizer));
    };
  }

  private static double weight(String layer, JsonNode config, String key, double unsaid)
      throws InvalidKerasConfigurationException {
    JsonNode value = config.path(key);
    if (value.isMissingNode()) {
      return unsaid;
    }
    if (!value.isNumber() || !(value.doubleValue() >= 0 && Double.isFinite(value.doubleValue()))) {
      throw new InvalidKerasConfigurationException(
          "layer '%s': %s of its %s must be a number of at least 0, found %s"
              .formatted(layer, key, FIELD, value));
    }
    return value.doubleValue();
  }

  /** A new configuration with the penalties in it. */
  public MultiLayerConfiguration addTo(MultiLayerConfiguration imported) {
    return new WithPenalties(byLayer).of(imported);
  }

  /** A new configuration with the penalties in it. */
  public ComputationGraphConfiguration addTo(ComputationGraphConfiguration imported) {
    return new WithPenalties(byLayer).of(imported);
  }

  /** A new network with the penalties in it and the same weights. */
  public MultiLayerNetwork addTo(MultiLayerNetwork imported) {
    MultiLayerNetwork net = new MultiLayerNetwork(addTo(imported.getLayerWiseConfigurations()));
    net.init(imported.params().dup(), false); // a penalty has no parameters
    return net;
  }

  /** A new graph with the penalties in it and the same weights. */
  public ComputationGraph addTo(ComputationGraph imported) {
    ComputationGraph graph = new ComputationGraph(addTo(imported.getConfiguration()));
    graph.init();
    imported.paramTable().forEach((key, array) -> graph.getParam(key).assign(array));
    return graph;
  }
}
