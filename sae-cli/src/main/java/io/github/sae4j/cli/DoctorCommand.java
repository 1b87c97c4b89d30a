package io.github.sae4j.cli;

import io.github.sae4j.cuda.doctor.Diagnosis;
import io.github.sae4j.engine.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code sae doctor}. */
@Command(
    name = "doctor",
    description = {
      "Check this machine: Java, CPU, ND4J, memory, NVIDIA driver and GPUs.",
      "",
      "Prints what there is, measures the rate of the encoder's product, and runs a few steps of training"
          + " on each GPU, whose bits must be right. Each fault is one sentence that says what to do; the exit code is 3 if"
          + " there are any."
    })
final class DoctorCommand implements Callable<Integer>, PlansMemory {
  private static final long HEAP = 256L << 20;
  private static final long ND4J = 256L << 20;

  @ParentCommand private Sae sae;

  @Option(
      names = "--device",
      paramLabel = "D",
      description =
          "What to check: auto or cuda for the host and all GPUs, cuda:N for one of them, cpu for the"
              + " host alone (default: auto).")
  private Device device = Device.AUTO;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Also write the facts to this file as JSON; '-' is standard output.")
  private Path json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Diagnosis diagnosis = Diagnosis.of(device);
    new JsonOutput(sae.console(), json).report(diagnosis.render(), diagnosis.toJson());
    diagnosis.faults().forEach(fault -> sae.console().note("sae doctor: " + fault));
    return diagnosis.isSound() ? ExitCode.OK : ExitCode.FAULTY_MACHINE;
  }

  @Override
  public MemoryNeed memory() {
    return new MemoryNeed(HEAP, ND4J, false);
  }
}
