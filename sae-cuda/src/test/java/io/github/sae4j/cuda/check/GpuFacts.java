package io.github.sae4j.cuda.check;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.cuda.driver.CudaException;
import java.io.IOException;
import java.nio.file.Path;

/** What the driver says of the GPU. */
public final class GpuFacts {
  private GpuFacts() {}

  /** Writes the facts into a file; exit code 2 if there is no GPU. */
  public static void main(String[] args) throws IOException {
    try {
      CheckedGpu checked = CheckedGpu.find();
      ObjectNode json = checked.describe();
      json.put("driver_file", checked.driver().file());
      CheckedGpu.write(Path.of(args[0]), json);
      System.out.println(
          checked.gpu() + ", capability " + checked.gpu().capability() + ", " + checked.product());
    } catch (CudaException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
  }
}
