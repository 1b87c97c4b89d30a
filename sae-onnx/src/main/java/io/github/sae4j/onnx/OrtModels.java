package io.github.sae4j.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.github.sae4j.cuda.driver.Gpu;
import io.github.sae4j.format.MalformedFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Opens models in ONNX Runtime and translates its errors. */
final class OrtModels {

  private OrtModels() {}

  /** Opens a model on the CPU, with one thread per run. */
  static OrtSession open(Path file, byte[] bytes) throws IOException {
    return open(file, bytes, 1, Optional.empty());
  }

  /**
   * Opens a model.
   *
   * @param file the file that the bytes come from; weight files are looked for next to it
   * @param threads number of threads of one run
   * @param gpu where to run it; empty for the CPU
   * @throws MalformedFileException if ONNX Runtime cannot load the model
   */
  static OrtSession open(Path file, byte[] bytes, int threads, Optional<Gpu> gpu)
      throws IOException {
    ExternalWeights weights = ExternalWeights.of(file, bytes);
    OrtEnvironment environment = OrtRuntime.environment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      environment.setTelemetry(false);
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      options.addConfigEntry(
          "session.model_external_initializers_file_folder_path", weights.folder().toString());
      if (gpu.isPresent()) {
        CudaProvider.add(options, gpu.get());
      }
      return environment.createSession(weights.model(), options);
    } catch (OrtException e) {
      throw new MalformedFileException(
          file,
          -1,
          "ONNX Runtime cannot load the model"
              + gpu.map(each -> " on " + each).orElse("")
              + ": "
              + reason(e));
    }
  }

  /** Returns ONNX Runtime's message without its codes. */
  static String reason(OrtException e) {
    return e.getMessage().replaceFirst("^Error code - \\w+ - message: ", "").strip();
  }

  /** Returns the exception for a model that fails in a run. */
  static MalformedFileException failed(Path file, OrtException e) {
    return new MalformedFileException(file, -1, "the model cannot be run: " + reason(e));
  }
}
