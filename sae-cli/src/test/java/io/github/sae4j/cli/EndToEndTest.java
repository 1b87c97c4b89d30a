package io.github.sae4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.format.SafetensorsWriter;
import io.github.sae4j.onnx.ToyModel;
import io.github.sae4j.variant.VariantDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From texts to a report, as people would type it. */
class EndToEndTest {
  private static final Pattern ROWS = Pattern.compile("(?m)^ +rows +(\\S+)$");

  @Test
  void goesFromTextsToAReport(@TempDir Path directory) throws IOException {
    ToyWorld world = ToyWorld.write(directory);
    CommandRun harvest = world.harvest("--dtype", "bf16", "--rows-per-shard", "500").succeeded();
    assertTrue(harvest.err().contains("harvested 1,800 rows from 300 texts"), harvest.err());

    Path run = directory.resolve("run");
    CommandRun train = world.train(run, "--epochs", "4", "--holdout", "0.1").succeeded();
    assertEquals(run.resolve("sae").toString(), train.out().strip());
    assertTrue(train.err().contains("FVU") && train.err().contains("dead"), train.err());
    assertTrue(Files.size(run.resolve("sae.log")) > 0);

    Path json = directory.resolve("eval.json");
    CommandRun eval =
        CommandRun.of("eval", "--sae", run, "--data", world.dump(), "--json", json).succeeded();
    assertTrue(eval.out().contains("FVU") && eval.out().contains("rows 1620 to 1800"), eval.out());
    JsonNode numbers = JsonMapper.builder().build().readTree(Files.readAllBytes(json));
    assertEquals(180, numbers.get("rows").asLong());
    assertTrue(numbers.get("fvu").asDouble() < 1, numbers.toString());
    assertEquals(32, numbers.get("n_latents").asInt());

    Path report = directory.resolve("report");
    CommandRun written =
        CommandRun.of(
                "report",
                "--sae",
                run.resolve("sae"),
                "--data",
                world.dump(),
                "--out",
                report,
                "--json",
                directory.resolve("report.json"))
            .succeeded();
    JsonNode figures =
        JsonMapper.builder().build().readTree(directory.resolve("report.json").toFile());
    assertEquals(numbers.get("fvu"), figures.get("fvu"));
    assertEquals(180, figures.get("rows").asLong());
    assertEquals(32, figures.get("n_latents").asInt());
    JsonNode latents =
        JsonMapper.builder().build().readTree(report.resolve("latents.json").toFile());
    assertEquals(32, latents.get("latents").size());
    assertEquals(report.resolve("index.html").toString(), written.out().strip());
    String page = Files.readString(report.resolve("index.html"));
    assertTrue(page.contains("zero") && page.contains("word0"));
  }

  @Test
  void settingsOfTrainingReachTheRun(@TempDir Path directory) throws IOException {
    ToyWorld world = ToyWorld.write(directory);
    world.harvest().succeeded();
    Path run = directory.resolve("run");
    String options =
        "--lr-schedule cosine --lr-final-fraction 0.1 --clip-norm 1 --ema-decay 0.9"
            + " --resample-every 10 --resample-times 2 --resample-latents weak"
            + " --normalise-inputs layer_norm"
            + " --encoder-start independent --decoder-bias mean --rescale-encoder";
    world.train(run, (Object[]) options.split(" ")).succeeded();
    JsonNode config =
        JsonMapper.builder().build().readTree(run.resolve("config.json").toFile()).get("config");
    assertEquals("cosine", config.at("/schedule/learningRate/lrSchedule").asText());
    assertEquals(0.1, config.at("/schedule/learningRate/lrFinalFraction").asDouble());
    assertEquals(1, config.at("/optimiser/clipNorm").asDouble());
    assertEquals(0.9, config.at("/optimiser/emaDecay").asDouble());
    assertEquals(10, config.at("/sparsity/resampling/every").asInt());
    assertEquals(2, config.at("/sparsity/resampling/times").asInt());
    assertEquals("weak", config.at("/sparsity/resampling/latents").asText());
    assertEquals("layer-norm", config.at("/data/normaliseInputs").asText());
    assertEquals("independent", config.at("/initialisation/initialWeights/encoderStart").asText());
    assertEquals("mean", config.at("/initialisation/initialWeights/decoderBias").asText());
    assertTrue(config.at("/initialisation/initialWeights/rescaleEncoder").asBoolean());
    CommandRun eval = CommandRun.of("eval", "--sae", run, "--data", world.dump()).succeeded();
    assertTrue(eval.out().contains("FVU"), eval.out());
  }

  @Test
  void evaluatesTheRowsThatAreAskedFor(@TempDir Path directory) throws IOException {
    ToyWorld world = ToyWorld.write(directory);
    world.harvest().succeeded();
    Path run = directory.resolve("run");
    world.train(run).succeeded();

    assertEquals("1,800", rowsOf(run, world, "all"));
    assertEquals("90", rowsOf(run, world, "holdout"));
    assertEquals("100", rowsOf(run, world, "50:150"));
    CommandRun.of("eval", "--sae", run, "--data", world.dump(), "--rows", "50:9999")
        .refused("50:9999", "1,800 rows");
    CommandRun.of("eval", "--sae", run, "--data", world.dump(), "--rows", "most")
        .refused("'most'", "FROM:TO");
  }

  @Test
  void showsWhatAPursuitFindsInTheSameDecoder(@TempDir Path directory) throws IOException {
    ToyWorld world = ToyWorld.write(directory);
    world.harvest().succeeded();
    Path run = directory.resolve("run");
    world.train(run).succeeded();
    for (String encoder : List.of("pursuit", "orthogonal-pursuit")) {
      Path json = directory.resolve(encoder + ".json");
      String options = "--encoder " + encoder + " --k 4 --json " + json;
      CommandRun eval = eval(run, world, options).succeeded();
      assertTrue(eval.out().contains(encoder.replace('-', ' ') + ", k = 4"), eval.out());
      JsonNode numbers = JsonMapper.builder().build().readTree(Files.readAllBytes(json));
      double own = numbers.get("fvu").asDouble();
      assertTrue(numbers.at("/pursuit/fvu").asDouble() < own, numbers.toString());
      assertTrue(numbers.at("/pursuit/l0").asDouble() <= 4, numbers.toString());
      assertTrue(numbers.has("l0") && numbers.has("decoder_similarity"), numbers.toString());
    }
    eval(run, world, "--encoder pursuit --k 4 --signed").succeeded();
    eval(run, world, "--encoder own").succeeded();
    eval(run, world, "--encoder pursuit").refused("--k", "maximum number of active latents");
    eval(run, world, "--k 4").refused("--k", "--encoder");
    eval(run, world, "--signed").refused("--signed", "--encoder");
    eval(run, world, "--encoder pursuit --k 33")
        .refused("--k must be at most the number of latents, 32, got 33");
    eval(run, world, "--encoder pursuit --k 0").refused("k must be at least 1");
    eval(run, world, "--encoder guess").refused("guess", "orthogonal-pursuit");
  }

  /** A decoder's own directions are found, each by itself. */
  @Test
  void comparesTheDecoderWithTheTruth(@TempDir Path directory) throws IOException {
    ToyWorld world = ToyWorld.write(directory);
    world.harvest().succeeded();
    Path run = directory.resolve("run");
    world.train(run).succeeded();
    Path truth = directory.resolve("truth.safetensors");
    SaeParameters parameters = StoredRun.readSae(Console.ofProcess(), run).sae().parameters();
    new SafetensorsWriter()
        .floats(
            "directions",
            parameters.wDec().dup('c').data().asFloat(),
            parameters.nLatents(),
            parameters.nOut())
        .write(truth);
    Path json = directory.resolve("eval.json");
    CommandRun eval = eval(run, world, "--truth " + truth + " --json " + json).succeeded();
    assertTrue(eval.out().contains("MCC                            1.0000"), eval.out());
    JsonNode numbers = JsonMapper.builder().build().readTree(Files.readAllBytes(json));
    assertEquals(1, numbers.at("/truth/mcc").asDouble(), 1e-5);
    assertTrue(numbers.at("/truth/mcc_random").asDouble() < 0.95, numbers.toString());
    eval(run, world, "--truth " + directory.resolve("none.npy")).refused("none.npy", "not exist");
  }

  private static CommandRun eval(Path run, ToyWorld world, String options) {
    List<Object> words = new ArrayList<>(List.of("eval", "--sae", run, "--data", world.dump()));
    words.addAll(List.of(options.split(" ")));
    return CommandRun.of(words.toArray());
  }

  private static String rowsOf(Path run, ToyWorld world, String range) {
    CommandRun eval =
        CommandRun.of("eval", "--sae", run, "--data", world.dump(), "--rows", range).succeeded();
    Matcher line = ROWS.matcher(eval.out());
    assertTrue(line.find(), eval.out());
    return line.group(1);
  }

  @Test
  void learnsTheTensorThatIsNamedAndRemembersIt(@TempDir Path directory) throws IOException {
    ToyWorld world = ToyWorld.write(directory);
    world.harvest("--tensor", ToyModel.OUTPUT).succeeded();
    Path run = directory.resolve("run");
    world.train(run).refused("several tensors", ToyModel.MIXED, ToyModel.OUTPUT);
    world.train(run, "--tensor", ToyModel.OUTPUT).succeeded();
    CommandRun eval = CommandRun.of("eval", "--sae", run, "--data", world.dump()).succeeded();
    assertTrue(eval.out().contains(ToyModel.OUTPUT), eval.out());
  }

  @Test
  void trainsTheOtherVariants(@TempDir Path directory) throws IOException {
    ToyWorld world = ToyWorld.write(directory);
    world.harvest().succeeded();
    Path run = directory.resolve("run");
    for (String variant : VariantDescription.names()) {
      CommandRun.of(
              "train",
              "--data",
              world.dump(),
              "--out",
              run,
              "--latents",
              "64",
              "--batch",
              "64",
              "--variant",
              variant,
              "--overwrite")
          .succeeded();
      CommandRun eval = CommandRun.of("eval", "--sae", run, "--data", world.dump()).succeeded();
      assertTrue(eval.out().contains(variant), eval.out());
    }
  }

  @Test
  void aFinishedRunIsKeptUnlessItMayBeOverwritten(@TempDir Path directory) throws IOException {
    ToyWorld world = ToyWorld.write(directory);
    world.harvest().succeeded();
    world.harvest().refused("already holds", world.dump().toString());
    world.harvest("--overwrite").succeeded();
    Path run = directory.resolve("run");
    world.train(run).succeeded();
    world.train(run).refused("already holds a training run", run.toString());
    world.train(run, "--resume").succeeded();
    world.train(run, "--overwrite").succeeded();
  }

  @Test
  void listsTensorsAndSaysItsVersion(@TempDir Path directory) throws IOException {
    ToyWorld world = ToyWorld.write(directory);
    CommandRun list =
        CommandRun.of("harvest", "--model", world.model(), "--list-tensors").succeeded();
    String mixed = ToyModel.MIXED + " +float32 \\[batch, tokens, 8\\]";
    assertTrue(list.out().lines().anyMatch(line -> line.matches(mixed)), list.out());
    int others = list.out().indexOf("not harvestable");
    assertTrue(others > list.out().indexOf(ToyModel.OUTPUT), list.out());
    assertTrue(others < list.out().indexOf("INT64 [2]"), list.out());
    assertTrue(CommandRun.of("--version").succeeded().out().startsWith("sae "));
    assertTrue(CommandRun.of().succeeded().out().contains("quickstart"));
    assertTrue(CommandRun.of("train", "--help").succeeded().out().contains("--resume"));
  }
}
