package io.github.sae4j.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.onnx.OnnxGraph.Initializer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The weights of a model that are stored in files next to it. Files are looked for next to the
 * given path, which may be a link, as in the Hugging Face cache, where model and weights are links
 * to files with other names elsewhere. ONNX Runtime reads no file outside the folder it is given,
 * so it gets the common parent folder and the files' paths within it.
 *
 * @param folder the folder for ONNX Runtime
 * @param model its bytes, which name the files relative to the folder
 */
@SuppressWarnings("ArrayRecordComponent") // passed on immediately; never compared
record ExternalWeights(Path folder, byte[] model) {

  /**
   * Finds the files.
   *
   * @param file the model that the bytes come from
   * @throws MalformedFileException if a file is missing or too short, or its name leads out of the
   *     model's directory
   */
  static ExternalWeights of(Path file, byte[] bytes) throws IOException {
    OnnxModelFile model = OnnxModelFile.of(file, bytes);
    Map<String, Path> files = find(model);
    Path root = directory(file).toRealPath();
    boolean linked =
        files.entrySet().stream()
            .anyMatch(each -> !each.getValue().equals(root.resolve(each.getKey()).normalize()));
    if (!linked) {
      return new ExternalWeights(root, bytes);
    }
    if (model.graph().hasInnerWeightFiles()) {
      throw new MalformedFileException(
          file, -1, "the weight files of its subgraphs are links: copy the files to one directory");
    }
    Path above = files.values().iterator().next().getParent();
    for (Path each : files.values()) {
      while (!each.startsWith(above)) {
        above = above.getParent();
      }
    }
    Map<String, String> locations = new LinkedHashMap<>();
    for (Map.Entry<String, Path> each : files.entrySet()) {
      locations.put(each.getKey(), above.relativize(each.getValue()).toString());
    }
    return new ExternalWeights(above, model.withWeightFiles(locations));
  }

  /** Returns the files of a model's weights, each once, in the order of the weights. */
  static Collection<Path> files(OnnxModelFile model) throws IOException {
    return find(model).values();
  }

  private static Map<String, Path> find(OnnxModelFile model) throws IOException {
    Map<String, Path> files = new LinkedHashMap<>();
    for (Initializer weights : model.graph().initializers()) {
      if (weights.locationOrNull() != null) {
        Path real = find(model.file(), directory(model.file()), weights);
        files.put(weights.locationOrNull(), real);
      }
    }
    return files;
  }

  private static Path directory(Path file) {
    return file.toAbsolutePath().normalize().getParent();
  }

  private static Path find(Path file, Path beside, Initializer weights) throws IOException {
    String location = weights.locationOrNull();
    Path named = resolve(file, beside, location);
    if (Path.of(location).isAbsolute() || !named.startsWith(beside) || named.equals(beside)) {
      throw new MalformedFileException(
          file,
          -1,
          "weight %s is in %s, outside the model's directory".formatted(weights.name(), location));
    }
    if (!Files.isRegularFile(named)) {
      throw new MalformedFileException(
          file, -1, "its weights are in " + location + ", which does not exist next to it");
    }
    if (Files.size(named) < weights.end()) {
      throw new MalformedFileException(
          named,
          -1,
          "cut off: weight %s ends at byte %,d of %,d"
              .formatted(weights.name(), weights.end(), Files.size(named)));
    }
    return named.toRealPath();
  }

  private static Path resolve(Path file, Path beside, String location) throws IOException {
    try {
      return beside.resolve(location).normalize();
    } catch (InvalidPathException e) {
      throw new MalformedFileException(
          file, -1, "the name of its weight file is not valid: " + e.getReason());
    }
  }

  /** Copies a weight from a model's bytes, giving it another file name. */
  static void copyRelocated(
      byte[] source, Initializer weights, Map<String, String> locations, OnnxModelWriter writer) {
    String location = locations.get(weights.locationOrNull());
    int start = weights.field().start();
    writer.graphField(
        OnnxGraphReader.GRAPH_INITIALIZER,
        out -> {
          CodedInputStream in =
              CodedInputStream.newInstance(source, start, weights.field().end() - start);
          in.readTag();
          in.readRawVarint32();
          while (!in.isAtEnd()) {
            int from = start + in.getTotalBytesRead();
            int tag = in.readTag();
            if (WireFormat.getTagFieldNumber(tag) == OnnxGraphReader.TENSOR_EXTERNAL_DATA) {
              byte[] entry = in.readByteArray();
              out.writeByteArray(
                  OnnxGraphReader.TENSOR_EXTERNAL_DATA,
                  isLocation(entry) ? OnnxModelWriter.entry(location) : entry);
            } else {
              in.skipField(tag);
              out.writeRawBytes(source, from, start + in.getTotalBytesRead() - from);
            }
          }
        });
  }

  private static boolean isLocation(byte[] entry) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(entry);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == OnnxGraphReader.ENTRY_KEY) {
        return in.readString().equals(OnnxGraphReader.LOCATION);
      }
      in.skipField(tag);
    }
    return false;
  }
}
