package io.github.sae4j.keras;

import io.github.sae4j.layer.ActivityRegularization;
import java.util.Map;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.modelimport.keras.KerasLayer;
import org.deeplearning4j.nn.modelimport.keras.exceptions.InvalidKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.exceptions.UnsupportedKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.utils.KerasLayerUtils;

/**
 * Imports Keras' {@code ActivityRegularization(l1, l2)} as an {@link ActivityRegularization}. Call
 * {@link #register} once before importing a model:
 *
 * <pre>{@code
 * KerasActivityRegularization.register();
 * MultiLayerNetwork net = KerasModelImport.importKerasSequentialModelAndWeights("model.h5");
 * }</pre>
 *
 * <p>Keras divides its penalty by the batch size, and so does this layer.
 */
public class KerasActivityRegularization extends KerasLayer {
  private static final String NAME = "ActivityRegularization";

  /** Registers the layer with the importer. */
  public static void register() {
    KerasLayer.registerCustomLayer(NAME, KerasActivityRegularization.class);
  }

  /** Constructor called by DL4J's importer. */
  public KerasActivityRegularization(Integer kerasVersion)
      throws UnsupportedKerasConfigurationException {
    super(kerasVersion);
  }

  /** Constructor called by DL4J's importer. */
  public KerasActivityRegularization(Map<String, Object> layerConfig)
      throws InvalidKerasConfigurationException, UnsupportedKerasConfigurationException {
    this(layerConfig, true);
  }

  /**
   * Reads a layer's configuration.
   *
   * @throws InvalidKerasConfigurationException if l1 or l2 is not a non-negative number
   */
  public KerasActivityRegularization(Map<String, Object> layerConfig, boolean enforceTrainingConfig)
      throws InvalidKerasConfigurationException, UnsupportedKerasConfigurationException {
    super(layerConfig, enforceTrainingConfig);
    Map<String, Object> inner = KerasLayerUtils.getInnerLayerConfigFromConfig(layerConfig, conf);
    try {
      this.layer =
          new ActivityRegularization.Builder()
              .l1(weight(inner, "l1"))
              .l2(weight(inner, "l2"))
              .name(layerName)
              .build();
    } catch (IllegalArgumentException e) {
      throw new InvalidKerasConfigurationException(
          NAME + " layer '" + layerName + "': " + e.getMessage());
    }
  }

  private double weight(Map<String, Object> inner, String name)
      throws InvalidKerasConfigurationException {
    Object value = inner.getOrDefault(name, 0.0);
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw new InvalidKerasConfigurationException(
        "%s layer '%s': %s must be a number, found %s".formatted(NAME, layerName, name, value));
  }

  @Override
  public InputType getOutputType(InputType... inputType) throws InvalidKerasConfigurationException {
    if (inputType.length != 1) {
      throw new InvalidKerasConfigurationException(
          NAME + " takes one input, got " + inputType.length);
    }
    return inputType[0];
  }
}
