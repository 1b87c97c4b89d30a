package io.github.sae4j.cuda.doctor;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.cuda.driver.Gpu;
import io.github.sae4j.cuda.engine.GpuProductRate;
import java.util.OptionalLong;

/** A diagnosis for programs. Sizes are in bytes; what is unknown is missing. */
final class DiagnosisJson {
  private DiagnosisJson() {}

  static ObjectNode of(Diagnosis diagnosis) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    host(diagnosis.host(), json);
    diagnosis.gpu().ifPresent(gpu -> gpu(gpu, json));
    ArrayNode faults = json.putArray("faults");
    diagnosis.faults().forEach(faults::add);
    return json;
  }

  private static void host(HostFacts host, ObjectNode json) {
    json.put("java", host.java());
    json.put("vector_module", host.vectorModule());
    ObjectNode cpu = json.putObject("cpu");
    cpu.put("model", host.cpu().model());
    cpu.put("processors", host.processors());
    ArrayNode flags = cpu.putArray("flags");
    host.cpu().flags().forEach(flags::add);
    host.nd4j().ifPresent(nd4j -> json.put("nd4j", nd4j));
    host.product()
        .ifPresent(
            rate ->
                json.putObject("product")
                    .put("library", rate.library())
                    .put("gigaflops", rate.gigaflops())
                    .put("threads", rate.threads()));
    ObjectNode memory = json.putObject("memory");
    put(memory, "total", host.memory().total());
    put(memory, "available", host.memory().available());
    put(memory, "group_limit", host.memory().groupLimit());
    memory.put("heap", host.memory().heap());
    put(memory, "nd4j_limit", host.memory().nd4jLimit());
  }

  private static void put(ObjectNode json, String name, OptionalLong value) {
    if (value.isPresent()) {
      json.put(name, value.getAsLong());
    }
  }

  private static void gpu(GpuFacts facts, ObjectNode json) {
    ArrayNode bus = json.putArray("nvidia_gpus_on_bus");
    facts.onBus().forEach(bus::add);
    facts
        .driver()
        .ifPresent(
            driver -> {
              ObjectNode node = json.putObject("driver");
              node.put("file", driver.file());
              node.put("cuda_version", driver.versionName());
              facts.kernelModule().ifPresent(version -> node.put("kernel_module", version));
            });
    ArrayNode gpus = json.putArray("gpus");
    facts.gpus().forEach(state -> state(state, gpus.addObject()));
    if (!facts.auto().isEmpty()) {
      json.put("auto", facts.auto());
    }
    facts
        .blas()
        .ifPresent(
            blas ->
                json.putObject("cublaslt")
                    .put("file", blas.file())
                    .put("version", blas.versionName()));
  }

  private static void product(GpuProductRate rate, ObjectNode json) {
    json.putObject("product").put("library", rate.library()).put("gigaflops", rate.gigaflops());
  }

  private static void state(GpuFacts.State state, ObjectNode json) {
    Gpu gpu = state.gpu();
    json.put("ordinal", gpu.ordinal());
    json.put("name", gpu.name());
    json.put("bus_id", gpu.busId());
    json.put("capability", gpu.capability());
    json.put("multiprocessors", gpu.multiprocessors());
    json.put("memory", gpu.memory());
    state.memory().ifPresent(memory -> json.put("free", memory.free()));
    ArrayNode passed = json.putArray("passed");
    for (GpuFacts.Passed test : state.passed()) {
      passed.addObject().put("name", test.name()).put("milliseconds", test.milliseconds());
    }
    state.product().ifPresent(rate -> product(rate, json));
  }
}
