package io.github.sae4j.onnx;

import com.google.protobuf.InvalidProtocolBufferException;
import io.github.sae4j.format.CloseNames;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.onnx.OnnxGraph.Field;
import io.github.sae4j.onnx.OnnxGraph.Initializer;
import io.github.sae4j.onnx.OnnxGraph.Node;
import io.github.sae4j.onnx.OnnxGraph.Value;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The bytes of an ONNX model. Reads what its graph holds and cuts the graph down to some of its
 * tensors. Needs neither ONNX Runtime nor ONNX's generated protobuf classes.
 */
final class OnnxModelFile {
  /** Protobuf's size limit. */
  private static final long LARGEST = Integer.MAX_VALUE - 8L;

  private static final int MOST_NAMES = 5;

  private final Path file;
  private final byte[] bytes;
  private final OnnxGraph graph;
  private final List<Field> modelFields;
  private final Map<String, Initializer> initializers = new LinkedHashMap<>();
  private final Map<String, Node> producers = new LinkedHashMap<>();

  private OnnxModelFile(Path file, byte[] bytes, OnnxGraph graph, List<Field> modelFields) {
    this.file = file;
    this.bytes = bytes;
    this.graph = graph;
    this.modelFields = List.copyOf(modelFields);
    graph.initializers().forEach(weights -> initializers.put(weights.name(), weights));
    for (Node node : graph.nodes()) {
      node.outputs().stream()
          .filter(name -> !name.isEmpty())
          .forEach(name -> producers.put(name, node));
    }
  }

  /**
   * Reads a model.
   *
   * @throws MalformedFileException if the file is not an ONNX model, or is cut off
   */
  public static OnnxModelFile read(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IllegalArgumentException(
          file + " is a directory: name the .onnx file" + modelsIn(file));
    }
    if (Files.size(file) > LARGEST) {
      throw new MalformedFileException(
          file, -1, "larger than 2 GiB: keep its weights in separate files");
    }
    byte[] bytes = Files.readAllBytes(file);
    if (new String(bytes, 0, Math.min(bytes.length, 40), StandardCharsets.ISO_8859_1)
        .startsWith("version https://git-lfs")) {
      throw new MalformedFileException(
          file, -1, "a Git LFS pointer, not the model itself: fetch it with git lfs pull");
    }
    return of(file, bytes);
  }

  /** Creates a model from its bytes. */
  static OnnxModelFile of(Path file, byte[] bytes) throws IOException {
    OnnxGraphReader reader = new OnnxGraphReader(bytes);
    OnnxGraph graph;
    try {
      graph = reader.read();
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedFileException(
          file, reader.position(), "not an ONNX model, or cut off: " + e.getMessage());
    }
    if (graph.nodes().isEmpty()) {
      throw new MalformedFileException(file, -1, "not an ONNX model: it has no graph with nodes");
    }
    return new OnnxModelFile(file, bytes, graph, reader.modelFields());
  }

  private static String modelsIn(Path directory) throws IOException {
    try (Stream<Path> below = Files.find(directory, 3, (path, found) -> isModel(path))) {
      List<String> names =
          below.map(path -> directory.relativize(path).toString()).sorted().toList();
      if (names.isEmpty()) {
        return "; it holds none";
      }
      String more = names.size() > MOST_NAMES ? ", …" : "";
      return "; it holds "
          + String.join(", ", names.subList(0, Math.min(MOST_NAMES, names.size())))
          + more;
    } catch (UncheckedIOException e) {
      return "";
    }
  }

  private static boolean isModel(Path path) {
    return path.toString().endsWith(".onnx") && Files.isRegularFile(path);
  }

  public Path file() {
    return file;
  }

  /** Returns the names of the values that a run must be fed, without weights. */
  public List<String> inputs() {
    return graph.inputs().stream()
        .map(Value::name)
        .filter(name -> !initializers.containsKey(name))
        .toList();
  }

  /** Returns the names of the values that a run of the whole model returns. */
  public List<String> outputs() {
    return graph.outputs().stream().map(Value::name).toList();
  }

  /** Returns the names of all tensors that the graph computes, in order of computation. */
  public List<String> tensorNames() {
    return List.copyOf(producers.keySet());
  }

  /** Returns the shape of a weight, or nothing if there is no weight of this name. */
  public List<Long> initializerDims(String name) {
    Initializer weights = initializers.get(name);
    return weights == null ? List.of() : weights.dims();
  }

  /**
   * Returns the number of rows of the embedding table: the first dimension of the two-dimensional
   * weight that a Gather reads at {@code input_ids}, directly or behind a Cast or an Identity.
   * Empty if the graph has no such node.
   */
  public OptionalLong vocabularyRows() {
    return tables().vocabularyRows();
  }

  /**
   * Returns the number of rows of the table of learned positions: the first dimension of the weight
   * named {@code …position_embeddings.weight} or {@code wpe.weight}. Empty if there is none.
   */
  public OptionalLong positionRows() {
    return tables().positionRows();
  }

  OnnxTables tables() {
    return new OnnxTables(graph, this::initializerDims);
  }

  /**
   * Cuts the model down: its graph's outputs are exactly these tensors, without the nodes, weights
   * and inputs that they do not depend on.
   *
   * <p>Asking ONNX Runtime for an inner tensor of the whole graph, or dropping the graph's other
   * outputs, saves nothing, because it runs every node that it loads: 5,100 tokens/s on one core
   * for the residual stream after layer 2 of 6 of all-MiniLM-L6-v2, and 9,700 once the nodes are
   * gone.
   *
   * @param names inner tensors or outputs of the graph
   * @throws IllegalArgumentException if a name is unknown; the message lists close names
   */
  public byte[] withOutputs(List<String> names) {
    if (names.isEmpty()) {
      throw new IllegalArgumentException("no tensor is requested");
    }
    names.forEach(this::requireTensor);
    if (Set.copyOf(names).size() < names.size()) {
      throw new IllegalArgumentException("a tensor is requested twice: " + names);
    }
    Set<String> needed = dependencies(names);
    OnnxModelWriter writer = new OnnxModelWriter(bytes);
    graph.nodes().stream()
        .filter(node -> node.outputs().stream().anyMatch(needed::contains))
        .forEach(node -> writer.graphField(node.field()));
    copyRest(writer, needed);
    declareOutputs(writer, names);
    return writer.model(modelFields);
  }

  /**
   * Returns the model with an inner tensor as one of its inputs, without whatever only that tensor
   * was computed from.
   *
   * @param tensor a tensor that the graph computes
   * @param elementType element type of the tensor, as in {@code TensorProto.DataType} of onnx.proto
   * @param outputs the outputs of the graph to keep
   * @throws IllegalArgumentException if a name is unknown, no output depends on the tensor, or the
   *     node that computes it has another output that is needed
   */
  public byte[] withInput(String tensor, int elementType, List<String> outputs) {
    Set<String> needed = neededAfter(tensor, outputs);
    OnnxModelWriter writer = new OnnxModelWriter(bytes);
    graph.nodes().stream()
        .filter(node -> !node.outputs().contains(tensor))
        .filter(node -> node.outputs().stream().anyMatch(needed::contains))
        .forEach(node -> writer.graphField(node.field()));
    copyRest(writer, needed);
    writer.graphInput(tensor, elementType);
    declareOutputs(writer, outputs);
    return writer.model(modelFields);
  }

  /** Rejects what {@link #withInput} would reject. */
  void requireInput(String tensor, List<String> outputs) {
    neededAfter(tensor, outputs);
  }

  /** Returns the names of everything that outputs are computed from, given a tensor. */
  private Set<String> neededAfter(String tensor, List<String> outputs) {
    requireTensor(tensor);
    outputs.forEach(this::requireTensor);
    Set<String> needed = new HashSet<>(outputs);
    boolean used = false;
    for (int i = graph.nodes().size() - 1; i >= 0; i--) {
      Node node = graph.nodes().get(i);
      boolean computesIt = node.outputs().contains(tensor);
      boolean elseNeeded =
          node.outputs().stream().anyMatch(name -> !name.equals(tensor) && needed.contains(name));
      if (computesIt && elseNeeded) {
        throw new IllegalArgumentException(
            "%s: the node that computes %s has other outputs that are needed"
                .formatted(file, tensor));
      }
      if (elseNeeded) {
        used |= node.uses().contains(tensor);
        needed.addAll(node.uses());
      }
    }
    if (!used || outputs.contains(tensor)) {
      throw new IllegalArgumentException(
          "%s: none of %s depends on %s".formatted(file, outputs, tensor));
    }
    return needed;
  }

  /**
   * Copies everything except nodes and outputs, keeping only the weights and inputs that are
   * needed.
   */
  private void copyRest(OnnxModelWriter writer, Set<String> needed) {
    graph.others().forEach(writer::graphField);
    initializers.values().stream()
        .filter(weights -> needed.contains(weights.name()))
        .forEach(weights -> writer.graphField(weights.field()));
    graph.inputs().stream()
        .filter(input -> needed.contains(input.name()))
        .forEach(input -> writer.graphField(input.field()));
  }

  private void declareOutputs(OnnxModelWriter writer, List<String> names) {
    Map<String, Field> declared =
        graph.outputs().stream().collect(Collectors.toMap(Value::name, Value::field, (a, b) -> a));
    for (String name : names) {
      if (declared.containsKey(name)) {
        writer.graphField(declared.get(name));
      } else {
        writer.graphOutput(name);
      }
    }
  }

  private void requireTensor(String name) {
    if (!producers.containsKey(name)) {
      throw new IllegalArgumentException(
          file
              + " has no tensor named "
              + name
              + "; close names: "
              + CloseNames.list(name, producers.keySet()));
    }
  }

  OnnxGraph graph() {
    return graph;
  }

  /**
   * Returns the model with its weights in other places.
   *
   * @param locations maps the path of each weight file to the one to write
   */
  byte[] withWeightFiles(Map<String, String> locations) {
    OnnxModelWriter writer = new OnnxModelWriter(bytes);
    graph.nodes().forEach(node -> writer.graphField(node.field()));
    graph.others().forEach(writer::graphField);
    graph.inputs().forEach(input -> writer.graphField(input.field()));
    graph.outputs().forEach(output -> writer.graphField(output.field()));
    for (Initializer weights : initializers.values()) {
      if (weights.locationOrNull() == null) {
        writer.graphField(weights.field());
      } else {
        ExternalWeights.copyRelocated(bytes, weights, locations, writer);
      }
    }
    return writer.model(modelFields);
  }

  /** Returns the names of everything that these tensors are computed from, including themselves. */
  private Set<String> dependencies(List<String> names) {
    Set<String> needed = new HashSet<>(names);
    for (int i = graph.nodes().size() - 1; i >= 0; i--) {
      Node node = graph.nodes().get(i);
      if (node.outputs().stream().anyMatch(needed::contains)) {
        needed.addAll(node.uses());
      }
    }
    return needed;
  }
}
