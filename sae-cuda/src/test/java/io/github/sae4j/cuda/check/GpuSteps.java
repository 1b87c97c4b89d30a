package io.github.sae4j.cuda.check;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.bench.Samples;
import io.github.sae4j.cuda.driver.CudaException;
import io.github.sae4j.product.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Times steps of TopK training on a GPU: ours in turns with PyTorch and with the best formulation
 * for Triton, in bfloat16; then ours in float32. Results are written after every shape.
 */
public final class GpuSteps {
  private static final String PYTORCH = "bench_pytorch.py";
  private static final String TRITON = "bench_triton.py";
  private static final double TURN_SECONDS = .25;
  private static final int MOST_STEPS = 1000;

  private final CheckedGpu checked;
  private final Options options;
  private final ObjectNode json;
  private final Roofline roofline;
  private final PeerProcess pytorch; // null without Python, as triton
  private final PeerProcess triton;

  /**
   * What is run.
   *
   * @param out file of the results
   * @param shapes what is timed
   * @param rounds turns of each contender
   * @param divisor by how much smaller the arrays of the roofline are; 1 on a GPU
   * @param peers the Python programs; empty for none
   */
  record Options(
      Path out, List<Shape> shapes, int rounds, int divisor, Optional<PeerProcess.Peers> peers) {

    /** Parses {@code OUT --shapes S --rounds N --python P --scripts DIR --device D --divisor N}. */
    static Options parse(String... args) {
      Map<String, String> given = new LinkedHashMap<>();
      for (int i = 1; i + 1 < args.length; i += 2) {
        given.put(args[i], args[i + 1]);
      }
      String python = given.getOrDefault("--python", "");
      return new Options(
          Path.of(args[0]),
          given.containsKey("--shapes") ? Shape.parse(given.get("--shapes")) : Shape.GOALS,
          Integer.parseInt(given.getOrDefault("--rounds", "9")),
          Integer.parseInt(given.getOrDefault("--divisor", "1")),
          python.isEmpty()
              ? Optional.empty()
              : Optional.of(
                  new PeerProcess.Peers(
                      python,
                      given.getOrDefault("--scripts", "."),
                      given.getOrDefault("--device", "cuda"),
                      Integer.parseInt(given.getOrDefault("--limit", "75")))));
    }
  }

  private GpuSteps(CheckedGpu checked, Options options) {
    this.checked = checked;
    this.options = options;
    this.json = checked.describe();
    this.roofline = Roofline.measure(checked, options.divisor());
    this.pytorch = options.peers().map(peers -> new PeerProcess(PYTORCH, peers)).orElse(null);
    this.triton = options.peers().map(peers -> new PeerProcess(TRITON, peers)).orElse(null);
  }

  /** Writes the results into a file; exit code 2 if there is no GPU. */
  public static void main(String[] args) throws IOException {
    try {
      run(CheckedGpu.find(), Options.parse(args));
    } catch (CudaException | IllegalArgumentException e) {
      System.err.println("bench: " + e.getMessage());
      System.exit(2);
    }
    System.exit(0); // whatever threads of peers are left
  }

  static ObjectNode run(CheckedGpu checked, Options options) throws IOException {
    GpuSteps steps = new GpuSteps(checked, options);
    try {
      return steps.run();
    } finally {
      if (steps.pytorch != null) {
        steps.pytorch.close();
        steps.triton.close();
      }
    }
  }

  private ObjectNode run() throws IOException {
    json.put("rounds", options.rounds());
    roofline.addRates(json.putObject("rates"));
    ArrayNode shapes = json.putArray("shapes");
    for (Shape shape : options.shapes()) {
      ObjectNode result = shapes.addObject();
      shape.addTo(result);
      roofline.addTo(result.putObject("roofline"), shape);
      time(shape, result);
      CheckedGpu.write(options.out(), json);
    }
    return json;
  }

  private void time(Shape shape, ObjectNode result) {
    List<Contender> contenders = new ArrayList<>();
    contenders.add(new OwnSteps(checked, shape, Precision.BFLOAT16));
    if (pytorch != null) {
      contenders.add(PeerSteps.pytorch(pytorch, shape));
      contenders.add(PeerSteps.triton(triton, shape));
    }
    turns(contenders, result);
    turns(List.of(new OwnSteps(checked, shape, Precision.FLOAT32)), result);
  }

  /** One that fails is left out from then on; the others go on. */
  private void turns(List<Contender> all, ObjectNode result) {
    try {
      List<Turns> running = prepared(all, result);
      for (int round = 0; round < options.rounds(); round++) {
        running.removeIf(turns -> !succeeds(turns.contender, result, turns::take));
      }
      running.forEach(turns -> turns.describe(result));
    } finally {
      all.forEach(Contender::close);
    }
  }

  /** All get ready at the same time: compilers of Python programs take a while. */
  private static List<Turns> prepared(List<Contender> all, ObjectNode result) {
    List<CompletableFuture<Optional<String>>> ready = new ArrayList<>();
    for (Contender contender : all) {
      ready.add(
          CompletableFuture.supplyAsync(
              () -> failure(contender::prepare), task -> new Thread(task).start()));
    }
    List<Turns> running = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      Contender contender = all.get(i);
      Optional<String> failure = ready.get(i).join();
      if (failure.isPresent()) {
        failed(contender, failure.get(), result);
      } else {
        running.add(new Turns(contender));
      }
    }
    running.removeIf(turns -> !succeeds(turns.contender, result, turns::begin));
    return running;
  }

  private interface Work {
    void run() throws IOException;
  }

  private static Optional<String> failure(Work work) {
    try {
      work.run();
      return Optional.empty();
    } catch (IOException | CudaException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private static boolean succeeds(Contender contender, ObjectNode result, Work work) {
    Optional<String> failure = failure(work);
    failure.ifPresent(why -> failed(contender, why, result));
    return failure.isEmpty();
  }

  private static void failed(Contender contender, String why, ObjectNode result) {
    result.putObject(contender.name()).put("failed", why);
    System.out.println(contender.name() + " failed: " + why);
    contender.close();
  }

  /** The turns of one contender. */
  private static final class Turns {
    final Contender contender;
    private final Samples samples = new Samples();
    private int steps;

    Turns(Contender contender) {
      this.contender = contender;
    }

    /** Chooses how many steps make a turn. */
    void begin() throws IOException {
      steps = (int) Math.max(1, Math.min(MOST_STEPS, TURN_SECONDS / contender.run(2)));
    }

    void take() throws IOException {
      samples.add(contender.run(steps));
    }

    void describe(ObjectNode result) {
      ObjectNode json = result.putObject(contender.name());
      contender.describe(json);
      json.put("steps_per_turn", steps);
      json.put("median_ms", 1e3 * samples.median());
      ArrayNode seconds = json.putArray("seconds");
      samples.seconds().forEach(seconds::add);
      System.out.println(
          String.format(
              Locale.ROOT,
              "%d -> %d: %s %.3f ms",
              result.get("n_in").asInt(),
              result.get("n_latents").asInt(),
              contender.name(),
              1e3 * samples.median()));
    }
  }
}
