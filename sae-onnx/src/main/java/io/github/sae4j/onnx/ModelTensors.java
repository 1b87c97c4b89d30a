package io.github.sae4j.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.sae4j.format.CloseNames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The tensors of a model with their types and shapes, found by running the model once on two texts
 * of three tokens. They can be selected by patterns.
 */
public final class ModelTensors {
  private static final int MOST_NAMES = 5;

  private ModelTensors() {}

  /**
   * Returns all tensors that the graph computes, in order of computation, which is the order of the
   * layers.
   *
   * @throws io.github.sae4j.format.MalformedFileException if the file is not a model, or cannot be
   *     run
   * @throws IllegalArgumentException if it needs inputs that a text does not provide
   */
  public static List<ProbedTensor> of(Path file) throws IOException {
    return of(OnnxModelFile.read(file));
  }

  private static List<ProbedTensor> of(OnnxModelFile model) throws IOException {
    TextInputs.requireIds(model);
    List<String> names = model.tensorNames();
    OrtEnvironment environment = OrtRuntime.environment();
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try (OrtSession session = OrtModels.open(model.file(), model.withOutputs(names))) {
      TextInputs.requireFed(model.file(), session, Set.of());
      TextInputs.feed(environment, session, ProbedTensor.probe(), inputs);
      try (OrtSession.Result result = session.run(inputs)) {
        List<ProbedTensor> tensors = new ArrayList<>();
        for (String name : names) {
          tensors.add(probed(name, result.get(name).orElseThrow()));
        }
        return tensors;
      }
    } catch (OrtException e) {
      throw OrtModels.failed(model.file(), e);
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  static ProbedTensor probed(String name, OnnxValue value) {
    return value instanceof OnnxTensor tensor
        ? new ProbedTensor(name, tensor.getInfo().type.name(), tensor.getInfo().getShape())
        : new ProbedTensor(name, value.getType().name(), List.of());
  }

  /**
   * Returns the names that match some patterns. In a pattern, {@code *} stands for any characters,
   * {@code ?} for one and {@code [ab]} for one of several; it matches all such tensors that can be
   * harvested. A pattern without wildcards, or one that is itself a name, stands for itself.
   *
   * @return the names in the order of the patterns and of the graph, each once
   * @throws IllegalArgumentException if a pattern matches nothing; the message lists close names
   */
  public static List<String> select(Path file, List<String> patterns) throws IOException {
    if (patterns.stream().noneMatch(ModelTensors::isPattern)) {
      return patterns;
    }
    OnnxModelFile model = OnnxModelFile.read(file);
    List<ProbedTensor> tensors = null;
    Set<String> selected = new LinkedHashSet<>();
    for (String pattern : patterns) {
      if (!isPattern(pattern) || model.tensorNames().contains(pattern)) {
        selected.add(pattern);
        continue;
      }
      tensors = tensors == null ? of(model) : tensors;
      selected.addAll(matches(file, pattern, tensors));
    }
    return List.copyOf(selected);
  }

  private static List<String> matches(Path file, String pattern, List<ProbedTensor> tensors) {
    Pattern regex = regex(pattern);
    List<ProbedTensor> named =
        tensors.stream().filter(each -> regex.matcher(each.name()).matches()).toList();
    List<String> found =
        named.stream().filter(ProbedTensor::isHarvestable).map(ProbedTensor::name).toList();
    if (!found.isEmpty()) {
      return found;
    }
    if (named.isEmpty()) {
      List<String> names =
          tensors.stream().filter(ProbedTensor::isHarvestable).map(ProbedTensor::name).toList();
      throw new IllegalArgumentException(
          "%s has no tensor matching %s; close names: %s"
              .formatted(
                  file, pattern, CloseNames.list(pattern.replaceAll("[*?\\[\\]]+", ""), names)));
    }
    throw new IllegalArgumentException(
        "%s: no tensor matching %s holds floats [batch, sequence, width]: %s"
            .formatted(
                file,
                pattern,
                String.join(
                    ", ",
                    named.stream()
                        .limit(MOST_NAMES)
                        .map(each -> each.name() + " is " + each.describe())
                        .toList())));
  }

  private static boolean isPattern(String name) {
    return name.matches(".*[*?\\[].*");
  }

  private static Pattern regex(String pattern) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      int end = c == '[' ? pattern.indexOf(']', i + 2) : -1;
      if (c == '*') {
        regex.append(".*");
      } else if (c == '?') {
        regex.append('.');
      } else if (end > 0) {
        regex.append('[').append(pattern.substring(i + 1, end).replaceAll("[\\\\\\[&^]", "\\\\$0"));
        regex.append(']');
        i = end;
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }
}
