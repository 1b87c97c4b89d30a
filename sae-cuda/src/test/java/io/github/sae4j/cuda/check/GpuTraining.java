package io.github.sae4j.cuda.check;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.checkpoint.SaeDirectory;
import io.github.sae4j.cpu.Nd4jCpuLibrary;
import io.github.sae4j.cuda.driver.CudaException;
import io.github.sae4j.engine.Device;
import io.github.sae4j.eval.EvalOptions;
import io.github.sae4j.eval.Evaluator;
import io.github.sae4j.eval.Progress;
import io.github.sae4j.format.AtomicFiles;
import io.github.sae4j.format.SafetensorsWriter;
import io.github.sae4j.product.Precision;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.ActivationSources;
import io.github.sae4j.store.MemorySource;
import io.github.sae4j.synthetic.FiringRates;
import io.github.sae4j.synthetic.SyntheticFeatures;
import io.github.sae4j.train.TrainConfig;
import io.github.sae4j.train.TrainListener;
import io.github.sae4j.train.TrainResult;
import io.github.sae4j.train.Trainer;
import io.github.sae4j.variant.TopK;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * The whole trainer on a GPU: how much slower it is on a dump in the page cache than steps on rows
 * that lie there, and whether it learns what the CPU does.
 *
 * <p>The quick start's dump does not fit into a bundle. What is learnt is measured on rows made on
 * the spot instead: sums of known features, as wide as the quick start's rows, with its variant.
 */
public final class GpuTraining {
  private static final double FIRING = .01;

  private final CheckedGpu checked;
  private final Path directory;
  private final Sizes sizes;

  /**
   * What is trained.
   *
   * @param shape of the rate
   * @param dumpRows rows of its dump
   * @param steps its steps
   * @param width of the rows that are learnt
   * @param nLatents of their dictionary
   * @param rows that are learnt, once each
   */
  record Sizes(Shape shape, int dumpRows, int steps, int width, int nLatents, int rows) {
    static final Sizes GPU = new Sizes(Shape.GOALS.get(0), 131_072, 3000, 384, 3072, 400_000);
    static final Sizes TOY = new Sizes(new Shape(16, 64, 4, 32), 256, 20, 12, 40, 4000);
  }

  private GpuTraining(CheckedGpu checked, Path directory, Sizes sizes) {
    this.checked = checked;
    this.directory = directory;
    this.sizes = sizes;
  }

  /** Arguments: file of the results, a directory for dumps and runs, and "toy" for small sizes. */
  public static void main(String[] args) throws IOException {
    Nd4jCpuLibrary.choose();
    Path out = Path.of(args[0]);
    try {
      CheckedGpu checked = CheckedGpu.find();
      Sizes sizes = args.length > 2 ? Sizes.TOY : Sizes.GPU;
      ObjectNode json = run(checked, Path.of(args[1]), sizes, out);
      System.out.printf(
          Locale.ROOT,
          "step over resident %.2f, FVU %.5f, CPU's %.5f%n",
          json.at("/rate/trainer_over_resident").asDouble(),
          json.at("/learnt/fvu_gpu").asDouble(),
          json.at("/learnt/fvu_cpu").asDouble());
    } catch (CudaException | IllegalArgumentException e) {
      System.err.println("train: " + e.getMessage());
      System.exit(2);
    }
  }

  static ObjectNode run(CheckedGpu checked, Path directory, Sizes sizes, Path out)
      throws IOException {
    ObjectNode json = checked.describe();
    GpuTraining training = new GpuTraining(checked, directory, sizes);
    try {
      training.rate(json.putObject("rate"));
      CheckedGpu.write(out, json);
      training.learn(json.putObject("learnt"));
      CheckedGpu.write(out, json);
    } finally {
      AtomicFiles.deleteTree(directory);
    }
    return json;
  }

  private void rate(ObjectNode json) throws IOException {
    Shape shape = sizes.shape();
    shape.addTo(json);
    json.put("dump_rows", sizes.dumpRows());
    json.put("precision", "bfloat16");
    double resident;
    try (OwnSteps steps = new OwnSteps(checked, shape, Precision.BFLOAT16)) {
      steps.prepare();
      steps.run(sizes.steps() / 5);
      resident = steps.run(sizes.steps() / 2);
    }
    Path dump = directory.resolve("rows.safetensors");
    AtomicFiles.createDirectories(directory);
    writeRows(dump);
    Clock clock = new Clock(sizes.steps() / 4);
    TrainConfig config =
        TrainConfig.builder(shape.nLatents(), new TopK(shape.k(), 0, 0))
            .batch(shape.batch())
            .tokens((long) sizes.steps() * shape.batch())
            .precision(Precision.BFLOAT16)
            .device(Device.CUDA)
            .checkpointEvery(Integer.MAX_VALUE)
            .build();
    try (ActivationSource source = ActivationSources.open(dump, null)) {
      new Trainer(source, config, directory.resolve("rate")).listener(clock).train();
    }
    json.put("resident_step_ms", 1e3 * resident);
    json.put("trainer_step_ms", 1e3 * clock.secondsPerStep());
    json.put("trainer_over_resident", clock.secondsPerStep() / resident);
  }

  private void writeRows(Path file) throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    float[] values = new float[Math.multiplyExact(sizes.dumpRows(), sizes.shape().nIn())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    new SafetensorsWriter()
        .bf16("activations", values, sizes.dumpRows(), sizes.shape().nIn())
        .write(file);
  }

  /** Times the steps after the first ones. */
  private static final class Clock implements TrainListener {
    private final long first;
    private long steps;
    private long start;
    private long end;

    Clock(long first) {
      this.first = first;
    }

    @Override
    public void onStep(long step, long all) {
      if (step == first) {
        start = System.nanoTime();
      }
      steps = step - first;
      end = System.nanoTime();
    }

    double secondsPerStep() {
      return (end - start) / 1e9 / steps;
    }
  }

  private void learn(ObjectNode json) throws IOException {
    int nFeatures = 2 * sizes.width();
    ActivationSource features =
        SyntheticFeatures.builder(nFeatures, sizes.width())
            .probabilities(FiringRates.constant(nFeatures, FIRING * 3072 / sizes.nLatents() / 4))
            .seed(1)
            .build()
            .source(sizes.rows() + sizes.rows() / 8, 2);
    MemorySource learnt = rows(features, 0, sizes.rows());
    MemorySource held = rows(features, sizes.rows(), sizes.rows() / 8);
    json.put("width", sizes.width());
    json.put("n_latents", sizes.nLatents());
    json.put("rows", sizes.rows());
    json.put("fvu_cpu", fvu(learnt, held, Device.CPU));
    json.put("fvu_gpu", fvu(learnt, held, Device.CUDA));
  }

  private static MemorySource rows(ActivationSource source, int first, int count)
      throws IOException {
    float[] values = new float[Math.multiplyExact(count, source.width())];
    source.read(first, count, values, 0);
    return MemorySource.of(values, source.width());
  }

  private double fvu(MemorySource learnt, MemorySource held, Device device) throws IOException {
    int batch = sizes.equals(Sizes.TOY) ? 32 : 1024;
    TrainConfig config =
        TrainConfig.builder(
                sizes.nLatents(), new TopK(Math.min(32, sizes.width() / 3), 64, 1 / 32.0))
            .batch(batch)
            .epochs(1)
            .device(device)
            .checkpointEvery(Integer.MAX_VALUE)
            .build();
    TrainResult result = new Trainer(learnt, config, directory.resolve(device.toString())).train();
    return Evaluator.evaluate(
            SaeDirectory.read(result.sae()).sae(), held, EvalOptions.ALL, Progress.NONE)
        .reconstruction()
        .fvu();
  }
}
