package io.github.sae4j.examples.language;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.api.Saes;
import io.github.sae4j.eval.EvalOptions;
import io.github.sae4j.eval.EvalReport;
import io.github.sae4j.eval.Evaluator;
import io.github.sae4j.eval.Progress;
import io.github.sae4j.eval.TextStudy;
import io.github.sae4j.eval.TextStudyOptions;
import io.github.sae4j.network.NetworkHarvester;
import io.github.sae4j.network.NetworkSplice;
import io.github.sae4j.network.NetworkView;
import io.github.sae4j.splice.Intervention;
import io.github.sae4j.store.ActivationDump;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.ActivationSources;
import io.github.sae4j.variant.BatchTopK;
import io.github.sae4j.variant.KSparse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Analyses the hidden state of a trained network: harvests it, trains SAEs on it, splices in their
 * reconstructions, and describes latents.
 */
final class HiddenState {
  private static final int LATENTS_SHOWN = 10;
  private static final int CONTEXTS_SHOWN = 3;
  private static final int ROWS_OF_A_LATENT = 100;

  private final GlossCorpus corpus;
  private final MultiLayerNetwork net;
  private final NetworkView view;
  private final Setup setup;
  private final Path out;

  /**
   * @param out directory that receives activations and runs
   */
  HiddenState(GlossCorpus corpus, MultiLayerNetwork net, Setup setup, Path out) {
    this.corpus = corpus;
    this.net = net;
    this.view = NetworkView.of(net);
    this.setup = setup;
    this.out = out;
  }

  /** Returns the results as lines of text. */
  List<String> takenApart() throws IOException {
    List<Gloss> harvested =
        corpus.training().subList(0, Math.min(setup.harvested(), corpus.training().size()));
    Path rows = harvest(harvested, "activations");
    Path heldOutRows = harvest(corpus.heldOut(), "held-out");
    List<SparseAutoencoder> saes = new ArrayList<>();
    for (int k : setup.l0()) {
      saes.add(dictionary(rows, k));
    }
    List<String> lines = new ArrayList<>(spliced(saes, harvested));
    lines.addAll(measured(saes, heldOutRows));
    lines.addAll(latents(saes.get(0), setup.l0().get(0), rows));
    return lines;
  }

  private static DataSetIterator batches(List<Gloss> glosses) {
    return GlossBatches.inOrder(GlossBatches.byLength(glosses), GlossNetwork.MEASURED_TOGETHER);
  }

  private Path harvest(List<Gloss> glosses, String name) throws IOException {
    Path dump = out.resolve(name);
    new NetworkHarvester(view, List.of(GlossNetwork.HIDDEN))
        .model("wordnet-lstm")
        .texts(GlossBatches.byLength(glosses)::get)
        .overwrite(true)
        .run(batches(glosses), dump);
    return dump;
  }

  private SparseAutoencoder dictionary(Path dump, int k) throws IOException {
    Path run = out.resolve("batch-topk-" + k);
    try (ActivationSource rows = ActivationSources.open(dump, null)) {
      int batch = (int) Math.min(1024, rows.rows() / 4);
      return Saes.train(rows)
          .latents(setup.latents())
          .variant(new BatchTopK(k, setup.width() / 2, KSparse.AUX_COEFFICIENT))
          .settings(s -> s.batch(batch).epochs(setup.saeEpochs()))
          .into(run)
          .overwrite()
          .run()
          .sae();
    }
  }

  private List<String> spliced(List<SparseAutoencoder> saes, List<Gloss> harvested) {
    List<Intervention> reconstructions = new ArrayList<>();
    for (int i = 0; i < saes.size(); i++) {
      reconstructions.add(Intervention.reconstruction("k = " + setup.l0().get(i), saes.get(i)));
    }
    NetworkSplice splice = new NetworkSplice(view, GlossNetwork.HIDDEN);
    float[] mean = splice.mean(batches(harvested));
    return splice.run(batches(corpus.heldOut()), mean, reconstructions).stream()
        .map(
            each ->
                "%-8s loss %.4f, accuracy %.4f, recovers %.2f %% of the loss added by the mean, %.2f %% by zeros"
                    .formatted(
                        each.name(),
                        each.loss(),
                        each.accuracy(),
                        100 * each.recoveredOfMean(),
                        100 * each.recoveredOfZero()))
        .toList();
  }

  private List<String> measured(List<SparseAutoencoder> saes, Path heldOutRows) throws IOException {
    List<String> lines = new ArrayList<>();
    try (ActivationSource rows = ActivationSources.open(heldOutRows, null)) {
      List<EvalReport> reports = Evaluator.evaluateAll(saes, rows, EvalOptions.ALL, Progress.NONE);
      for (int i = 0; i < reports.size(); i++) {
        EvalReport report = reports.get(i);
        lines.add(
            "rows of k = %d: FVU %.4f, L0 %.1f, %.1f %% of latents never fire"
                .formatted(
                    setup.l0().get(i),
                    report.reconstruction().fvu(),
                    report.reconstruction().l0(),
                    100 * report.latents().deadFraction()));
      }
    }
    return lines;
  }

  private List<String> latents(SparseAutoencoder sae, int k, Path rows) throws IOException {
    Layer output = net.getOutputLayer();
    PromotedWords promoted =
        new PromotedWords(sae, output.getParam("W"), output.getParam("b"), corpus.vocabulary());
    try (ActivationDump dump = ActivationDump.open(rows);
        ActivationSource source = dump.source(null)) {
      TextStudy study = TextStudy.of(sae, dump, null, k, TextStudyOptions.DEFAULT, Progress.NONE);
      List<Integer> shown = LatentLines.evenly(study.densities(), LATENTS_SHOWN);
      Map<Integer, List<StrongestRows.Row>> strongest =
          StrongestRows.of(sae, source, shown, ROWS_OF_A_LATENT);
      LatentLines described = new LatentLines(study, promoted);
      return shown.stream()
          .flatMap(each -> described.of(each, strongest.get(each), CONTEXTS_SHOWN).stream())
          .toList();
    }
  }
}
