package io.github.sae4j.cli;

import io.github.sae4j.format.DType;
import io.github.sae4j.onnx.HarvestConfig;
import io.github.sae4j.onnx.HarvestReport;
import io.github.sae4j.onnx.Harvester;
import io.github.sae4j.store.ActivationSink;
import io.github.sae4j.store.DumpInfo;
import io.github.sae4j.store.DumpWriter;
import io.github.sae4j.text.TextOptions;
import io.github.sae4j.text.TextSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A harvest into a dump.
 *
 * @param config what to harvest
 * @param texts file or directory of texts
 * @param fields names of JSON fields
 * @param out the dump to write
 * @param dtype how values are stored
 * @param rowsPerShard rows in each file
 * @param overwrite whether an older dump may be replaced
 */
record HarvestTask(
    HarvestConfig config,
    Path texts,
    TextOptions fields,
    Path out,
    DType dtype,
    int rowsPerShard,
    boolean overwrite) {
  static final int ROWS_PER_SHARD = 131_072;

  /** Runs it; false if Ctrl-C stopped it, and then there is no dump. */
  boolean run(Console console) throws IOException {
    Thread harvesting = Thread.currentThread();
    try (TextSource source = TextSource.open(texts, fields);
        Harvester harvester = new Harvester(config);
        ActivationSink sink = DumpWriter.create(out, info(harvester), overwrite);
        Interruption interruption = Interruption.handledBy(harvesting::interrupt)) {
      console.note(source.describe() + ", " + Words.count(source.total()) + " texts");
      HarvestReport report = harvest(console, harvester, source, sink);
      if (report == null) {
        console.note("harvest stopped: no dump was written");
        return false;
      }
      console.note(summary(report));
      return true;
    }
  }

  /** What it gave, or null if it was interrupted. */
  private HarvestReport harvest(
      Console console, Harvester harvester, TextSource source, ActivationSink sink)
      throws IOException {
    long total = Math.min(source.total(), config.maxTexts());
    try (Progress progress = Progress.start(console, "harvest", "texts", 0, total)) {
      return harvester.run(
          source,
          sink,
          now ->
              progress.update(
                  now.texts(),
                  Words.count(now.rows())
                      + " rows, "
                      + Words.count(Math.round(now.tokensPerSecond()))
                      + " tokens/s"));
    } catch (InterruptedException e) {
      return null;
    }
  }

  private DumpInfo info(Harvester harvester) {
    List<DumpInfo.Tensor> tensors =
        harvester.tensors().stream()
            .map(tensor -> new DumpInfo.Tensor(tensor.name(), tensor.width(), dtype))
            .toList();
    return new DumpInfo(
        config.model().getFileName().toString(),
        config.tokenizer().getFileName().toString(),
        tensors,
        config.keepSpecialTokens(),
        rowsPerShard);
  }

  private String summary(HarvestReport report) {
    StringBuilder line =
        new StringBuilder(
            "harvested "
                + Words.count(report.rows())
                + " rows from "
                + Words.count(report.texts())
                + " texts in "
                + Words.duration(Math.round(report.seconds()))
                + " into "
                + out);
    if (report.truncatedTexts() > 0) {
      line.append("; ")
          .append(Words.count(report.truncatedTexts()))
          .append(" texts were cut off at ")
          .append(Words.count(report.maxTokens()))
          .append(" tokens");
    }
    String faults = report.faults().describe();
    return faults.isEmpty() ? line.toString() : line + "; " + faults;
  }
}
