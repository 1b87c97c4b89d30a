package io.github.sae4j.examples.anomaly;

import io.github.sae4j.apply.anomaly.AnomalyScorer;
import io.github.sae4j.apply.anomaly.ConformalCalibration;
import io.github.sae4j.apply.anomaly.ScoreKind;
import io.github.sae4j.cpu.Nd4jCpuLibrary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Anomaly detection by SAEs beside PCA, a dense autoencoder, a random cut forest and a one-class
 * SVM, on the same splits. Prints tables as Markdown, and a verdict on the false alarms.
 *
 * <pre>
 * AnomalyStudy DIR FASHION MAILS    DIR: Shuttle.rdata, Satellite.rdata, single-hop.csv, multi-hop.csv
 * </pre>
 */
public final class AnomalyStudy {
  private static final int SEEDS = 3;
  private static final double RATE = 0.01;

  private AnomalyStudy() {}

  /** Reads a data set when its turn comes. */
  private interface Reader {
    LabelledRows read() throws IOException;
  }

  public static void main(String[] words) throws IOException {
    Nd4jCpuLibrary.choose();
    Path data = Path.of(words[0]);
    Path fashion = Path.of(words[1]);
    List<Reader> readers =
        List.of(
            () -> DataSets.shuttle(data.resolve("Shuttle.rdata")),
            () -> DataSets.satellite(data.resolve("Satellite.rdata")),
            () -> DataSets.sensors("Single-hop sensors", data.resolve("single-hop.csv")),
            () -> DataSets.sensors("Multi-hop sensors", data.resolve("multi-hop.csv")),
            () -> DataSets.fashion(fashion, 0, "T-shirts"),
            () -> DataSets.fashion(fashion, 7, "sneakers"),
            () -> DataSets.mails(Path.of(words[2])));
    List<StudyTable> tables = new ArrayList<>();
    for (Reader reader : readers) {
      LabelledRows rows = reader.read();
      StudyTable table = new StudyTable(rows, RATE);
      for (int seed = 1; seed <= SEEDS; seed++) {
        study(Split.of(rows, seed), seed, table);
      }
      System.out.println(table.markdown());
      tables.add(table);
    }
    System.out.println(StudyTable.verdict(tables));
  }

  private static void study(Split split, int seed, StudyTable table) throws IOException {
    AnomalyScorer scorer = SaeMethod.fit(split.train(), seed);
    for (ScoreKind kind : ScoreKind.values()) {
      measure(split, table, "SAE, " + kind, rows -> SaeMethod.scores(scorer, rows, kind));
    }
    scorer.sae().free();
    for (Method method :
        List.of(new PcaMethod(), new DenseAutoencoder(), new CutForest(), new OneClassSvm())) {
      measure(split, table, method.name(), method.fit(split.train(), seed));
    }
  }

  private static void measure(Split split, StudyTable table, String name, Method.Fitted fitted)
      throws IOException {
    double[] normal = fitted.score(split.normal());
    double[] anomalous = fitted.score(split.anomalous());
    double threshold = new ConformalCalibration(fitted.score(split.calibration())).threshold(RATE);
    Ranking ranking = new Ranking(normal, anomalous);
    table.add(
        name,
        new StudyTable.Trial(
            ranking.rocAuc(),
            ranking.prAuc(),
            above(anomalous, threshold) / (double) anomalous.length,
            above(normal, threshold),
            normal.length,
            split.calibration().length));
  }

  private static long above(double[] scores, double threshold) {
    return Arrays.stream(scores).filter(score -> score > threshold).count();
  }
}
