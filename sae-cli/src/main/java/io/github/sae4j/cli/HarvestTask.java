package io.github.sae4j.cli;

import io.github.sae4j.format.DType;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.onnx.HarvestConfig;
import io.github.sae4j.onnx.HarvestReport;
import io.github.sae4j.onnx.Harvester;
import io.github.sae4j.onnx.TensorShape;
import io.github.sae4j.store.ActivationSink;
import io.github.sae4j.store.DumpInfo;
import io.github.sae4j.store.DumpWriter;
import io.github.sae4j.text.TextFields;
import io.github.sae4j.text.TextSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A harvest into a dump.
 *
 * @param config what to harvest
 * @param texts file or directory with the texts
 * @param fields names of JSON fields
 * @param out the dump to write
 * @param dtype type of the stored values
 * @param rowsPerShard rows per file; 0 for as many as the memory plan allows
 * @param start what to do if the output already exists
 */
record HarvestTask(
    HarvestConfig config,
    Path texts,
    TextFields fields,
    Path out,
    DType dtype,
    int rowsPerShard,
    Start start) {
  /** Values per shard while it is being filled: 512 MiB. */
  private static final int VALUES_PER_SHARD = 1 << 27;

  private static final Logger LOG = LoggerFactory.getLogger(HarvestTask.class);

  /** What to do if a dump, or part of one, already exists. */
  enum Start {
    /** Fail. */
    NEW,
    /** Replace it. */
    OVERWRITE,
    /** Finish an unfinished dump; never replace a finished one. */
    RESUME,
    /** Finish a dump started with the same settings; otherwise replace it. */
    RESUME_OR_OVERWRITE
  }

  /** Runs the harvest; returns false, leaving no dump, if Ctrl-C stopped it. */
  boolean run(Console console, String howToGoOn) throws IOException {
    requireNothingBegun();
    Thread harvesting = Thread.currentThread();
    try (Harvester harvester = new Harvester(config);
        TextSource source = TextSource.open(texts, fields);
        DumpWriter sink = open(harvester, source);
        Interruption interruption = Interruption.handledBy(harvesting::interrupt)) {
      note(console, ModelDeviceOption.describe(harvester.device()));
      note(console, source.describe() + ", " + counted(source.total(), "text"));
      if (sink.rowsHeld() > 0) {
        note(console, "resuming after " + Words.count(sink.rowsHeld()) + " rows");
      } else if (start == Start.RESUME) {
        note(console, "nothing to resume: starting from the beginning");
      }
      Optional<HarvestReport> report = harvest(console, harvester, source, sink);
      if (report.isEmpty()) {
        sink.close();
        long left = DumpWriter.rowsLeftOf(out);
        note(
            console,
            left == 0
                ? "harvest stopped: no dump was written"
                : "harvest stopped after %s rows; resume with: %s"
                    .formatted(Words.count(left), howToGoOn));
        return false;
      }
      note(console, summary(report.get()));
      return true;
    }
  }

  private static void note(Console console, String line) {
    console.note(line);
    LOG.info("{}", line);
  }

  private void requireNothingBegun() throws IOException {
    long left = start == Start.NEW ? DumpWriter.rowsLeftOf(out) : 0;
    if (left > 0) {
      throw new IllegalArgumentException(
          "a harvest into %s was stopped after %s rows: finish it with --resume, or start over with --overwrite"
              .formatted(out, Words.count(left)));
    }
  }

  private DumpWriter open(Harvester harvester, TextSource source) throws IOException {
    Map<String, String> origin = new TreeMap<>(harvester.origin());
    origin.put("the texts' checksum", source.checksum());
    boolean overwrite = start == Start.OVERWRITE || start == Start.RESUME_OR_OVERWRITE;
    if (start == Start.RESUME_OR_OVERWRITE) {
      try {
        return DumpWriter.createResumable(out, info(harvester), overwrite, origin, true);
      } catch (IllegalArgumentException | MalformedFileException e) {
        LOG.info("starting over: {}", e.getMessage());
      }
    }
    boolean resume = start == Start.RESUME;
    return DumpWriter.createResumable(out, info(harvester), overwrite, origin, resume);
  }

  /** Returns the report of the harvest, or nothing if it was interrupted. */
  private Optional<HarvestReport> harvest(
      Console console, Harvester harvester, TextSource source, ActivationSink sink)
      throws IOException {
    long total = Math.min(source.total(), config.maxTexts());
    try (Progress progress = Progress.start(console, "harvest", "texts", 0, total)) {
      return Optional.of(
          harvester.run(
              source,
              sink,
              now ->
                  progress.update(
                      now.texts(),
                      Words.count(now.rows())
                          + " rows, "
                          + Words.count(Math.round(now.tokensPerSecond()))
                          + " tokens/s")));
    } catch (InterruptedException e) {
      return Optional.empty();
    }
  }

  private DumpInfo info(Harvester harvester) {
    return harvester.dumpInfo(dtype, rowsPerShard == 0 ? rowsPerShard(harvester) : rowsPerShard);
  }

  private static int rowsPerShard(Harvester harvester) {
    long width = harvester.tensors().stream().mapToLong(TensorShape::width).sum();
    return (int) Math.max(1, Math.min(Harvester.ROWS_PER_SHARD, VALUES_PER_SHARD / width));
  }

  private static String counted(long n, String noun) {
    return Words.count(n) + " " + noun + (n == 1 ? "" : "s");
  }

  private String summary(HarvestReport report) {
    StringBuilder line =
        new StringBuilder(
            "harvested "
                + counted(report.rows(), "row")
                + " from "
                + counted(report.texts(), "text")
                + " in "
                + Words.duration(Math.round(report.seconds()))
                + " into "
                + out);
    if (report.truncatedTexts() > 0) {
      line.append("; ")
          .append(counted(report.truncatedTexts(), "text"))
          .append(report.truncatedTexts() == 1 ? " was cut off at " : " were cut off at ")
          .append(Words.count(report.maxTokens()))
          .append(" tokens");
    }
    String faults = report.faults().describe();
    return faults.isEmpty() ? line.toString() : line + "; " + faults;
  }
}
