package io.github.sae4j.cli;

import io.github.sae4j.apply.search.IndexBuilder;
import io.github.sae4j.apply.search.IndexInfo;
import io.github.sae4j.checkpoint.StoredSae;
import io.github.sae4j.store.ActivationDump;
import io.github.sae4j.store.Pooling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code sae index}. */
@Command(
    name = "index",
    description = {
      "Index the texts of a dump by their codes, for 'sae search'.",
      "",
      "Each text's rows are pooled into one (--pool), which the SAE encodes; train the SAE on rows pooled the same way ('sae convert --pool')."
    })
final class IndexCommand implements Callable<Integer>, PlansMemory {
  @ParentCommand private Sae sae;

  @Option(
      names = "--sae",
      required = true,
      paramLabel = "DIR",
      description = "An SAE in any supported format, or a training run; not AbsTopK.")
  private Path directory;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DUMP",
      description = "A dump with texts, from 'sae harvest' or 'sae convert --pool'.")
  private Path data;

  @Option(
      names = "--tensor",
      paramLabel = "TENSOR",
      description = "Tensor to use if there are several (default: the one used in training).")
  private String tensor;

  @Mixin private PoolingOptions pooling = new PoolingOptions();

  @Mixin private VerifyOption verify = new VerifyOption();

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "Index directory.")
  private Path out;

  @Option(names = "--overwrite", description = "Replace --out if it is an index.")
  private boolean overwrite;

  @Override
  public Integer call() throws IOException {
    Pooling pools = pooling.pooling().orElse(new Pooling(Pooling.Kind.MEAN, false));
    IndexBuilder.requireReplaceable(out, overwrite);
    QuietLogging.quietLucene();
    StoredSae stored = StoredRun.readSae(sae.console(), directory);
    try (ActivationDump dump = ActivationDump.open(data, verify.onRead());
        Progress progress =
            Progress.start(sae.console(), "index", "rows", 0, dump.manifest().rows())) {
      IndexInfo info =
          new IndexBuilder(stored, pools)
              .build(
                  dump,
                  StoredRun.tensorIn(data, tensor, stored.provenance()).orElse(null),
                  out,
                  overwrite,
                  done -> progress.update(done, ""));
      sae.console().note("indexed %s in %s".formatted(Words.counted(info.texts(), "text"), out));
    } finally {
      stored.sae().free();
    }
    return ExitCode.OK;
  }

  @Override
  public MemoryNeed memory() throws IOException {
    return MemoryNeed.ofReading(directory);
  }
}
