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
 * The {@code activity_regularizer} settings of Keras layers (L1, L2, L1L2), which DL4J's importer
 * drops: adds an {@link io.github.sae4j.layer.ActivityRegularization} after each such layer.
 *
 * <pre>{@code
 * MultiLayerNetwork net =
 *     KerasActivityRegularizers.of(Path.of("model.h5"))
 *         .addTo(KerasModelImport.importKerasSequentialModelAndWeights("model.h5"));
 * }</pre>
 *
 * <p>Keras divides the penalty by the batch size, and so does the added layer. It is named after
 * the layer before it, with the suffix {@code _activity_regularizer}.
 */
public final class KerasActivityRegularizers {
  private static final String FIELD = "activity_regularizer";
  private static final double BY_NAME = .01; // Keras' own default

  private final Map<String, Weights> byLayer;

  /** Weights of the sum of magnitudes and of the sum of squares. */
  record Weights(double l1, double l2) {}

  private KerasActivityRegularizers(Map<String, Weights> byLayer) {
    this.byLayer = Collections.unmodifiableMap(byLayer);
  }

  /**
   * Reads a model's regularizers.
   *
   * @param model the output of {@code model.to_json()} in a file whose name ends in .json, or an
   *     HDF5 file ({@code model.save("model.h5")}), which requires the dependencies of DL4J's
   *     importer
   * @throws InvalidKerasConfigurationException if a regularizer is none of the three, or a weight
   *     is not a non-negative number; the message names the layer
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
      // a wrapper such as TimeDistributed keeps it in the wrapped layer
      JsonNode wrapped = own.path("layer").path("config").path(FIELD);
      JsonNode regularizer = own.hasNonNull(FIELD) ? own.get(FIELD) : wrapped;
      if (!regularizer.isMissingNode() && !regularizer.isNull()) {
        found.put(name, weights(name, regularizer));
      }
    }
    return new KerasActivityRegularizers(found);
  }

  /**
   * Keras 2 and 3 write {@code {"class_name": "L1", "config": {"l1": …}}}; Keras 1 writes a flat
   * object.
   */
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
          "layer '%s': %s of its %s must be a non-negative number, found %s"
              .formatted(layer, key, FIELD, value));
    }
    return value.doubleValue();
  }

  /** Returns a new configuration that includes the penalties. */
  public MultiLayerConfiguration addTo(MultiLayerConfiguration imported) {
    return new WithPenalties(byLayer).of(imported);
  }

  /** Returns a new configuration that includes the penalties. */
  public ComputationGraphConfiguration addTo(ComputationGraphConfiguration imported) {
    return new WithPenalties(byLayer).of(imported);
  }

  /** Returns a new network that includes the penalties and has the same weights. */
  public MultiLayerNetwork addTo(MultiLayerNetwork imported) {
    MultiLayerNetwork net = new MultiLayerNetwork(addTo(imported.getLayerWiseConfigurations()));
    net.init(imported.params().dup(), false); // a penalty has no parameters
    return net;
  }

  /** Returns a new graph that includes the penalties and has the same weights. */
  public ComputationGraph addTo(ComputationGraph imported) {
    ComputationGraph graph = new ComputationGraph(addTo(imported.getConfiguration()));
    graph.init();
    imported.paramTable().forEach((key, array) -> graph.getParam(key).assign(array));
    return graph;
  }
}
