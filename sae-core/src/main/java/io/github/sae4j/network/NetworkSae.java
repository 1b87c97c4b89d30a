package io.github.sae4j.network;

import io.github.sae4j.Provenance;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.checkpoint.SaeDirectory;
import io.github.sae4j.layer.SaeLayer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * Extracts the dictionary learned by a network's {@link SaeLayer}, as a separate {@link
 * SparseAutoencoder} or a {@link SaeDirectory}. {@link SaeLayer#of} does the reverse.
 */
public final class NetworkSae {
  private NetworkSae() {}

  /**
   * Returns a copy of a layer's current dictionary.
   *
   * @param index index of an {@link SaeLayer}, frozen or not
   * @throws IllegalArgumentException if it is not an {@link SaeLayer}, or there is no such layer
   */
  public static SparseAutoencoder of(MultiLayerNetwork network, int index) {
    return LayerInput.of(network, index).sae().toSparseAutoencoder();
  }

  /**
   * Returns a copy of a vertex's current dictionary.
   *
   * @param vertex name of an {@link SaeLayer}, frozen or not
   * @throws IllegalArgumentException if it is not an {@link SaeLayer}, or there is no such vertex
   */
  public static SparseAutoencoder of(ComputationGraph graph, String vertex) {
    return LayerInput.of(graph, vertex).sae().toSparseAutoencoder();
  }

  /**
   * Writes a layer's dictionary for use with {@code sae eval} and {@code sae report}.
   *
   * @throws IllegalArgumentException if it is not an {@link SaeLayer}, or the network's parameters
   *     are not FLOAT
   */
  public static void write(Path directory, MultiLayerNetwork network, int index)
      throws IOException {
    write(directory, LayerInput.of(network, index), String.valueOf(index));
  }

  /**
   * Writes a vertex's dictionary for use with {@code sae eval} and {@code sae report}.
   *
   * @throws IllegalArgumentException if it is not an {@link SaeLayer}, or the network's parameters
   *     are not FLOAT
   */
  public static void write(Path directory, ComputationGraph graph, String vertex)
      throws IOException {
    write(directory, LayerInput.of(graph, vertex), vertex);
  }

  private static void write(Path directory, LayerInput layer, String place) throws IOException {
    long seed = layer.sae().conf().getSeed();
    Provenance provenance =
        Provenance.of("", place, "")
            .withTraining(0, 0, seed, 1, List.of(), Instant.now().toString());
    SaeDirectory.write(directory, layer.sae().toSparseAutoencoder(), provenance);
  }
}
