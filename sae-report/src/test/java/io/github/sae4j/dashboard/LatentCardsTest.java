package io.github.sae4j.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.eval.EvalOptions;
import io.github.sae4j.eval.EvalReport;
import io.github.sae4j.eval.Evaluator;
import io.github.sae4j.eval.PlantedTexts;
import io.github.sae4j.eval.Progress;
import io.github.sae4j.eval.TextStudyOptions;
import io.github.sae4j.store.ActivationDump;
import io.github.sae4j.store.ActivationSource;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LatentCardsTest {
  @TempDir Path directory;
  private Report report;

  @BeforeEach
  void read() throws IOException {
    SparseAutoencoder sae = PlantedTexts.dictionary();
    try (ActivationDump dump = PlantedTexts.write(directory.resolve("dump"), 1000);
        ActivationSource rows = dump.source(PlantedTexts.TENSOR)) {
      EvalReport evaluation = Evaluator.evaluate(sae, rows, EvalOptions.ALL, Progress.NONE);
      report =
          new ReportBuilder(sae, evaluation)
              .texts(dump, PlantedTexts.TENSOR, TextStudyOptions.DEFAULT)
              .build(Progress.NONE);
    }
  }

  @Test
  void aCardShowsLabelAndShadedTokens() {
    int word = PlantedTexts.FILLERS;
    String card = LatentCards.html(report, 3, word);
    assertTrue(card.contains("<b>#" + word + "</b> " + PlantedTexts.concept(word)), card);
    assertTrue(card.contains("F1 1.00, precision 1.00, recall 1.00"), card);
    assertEquals(3, card.split("margin-top:5px", -1).length - 1, "contexts");
    assertTrue(card.contains(">" + PlantedTexts.WORDS.get(word) + "</span>"), card);
    assertEquals(card.split("<div").length, card.split("</div>").length, "elements are closed");
  }

  @Test
  void textsAreTextsAndALatentMayHaveNone() {
    StringBuilder all = new StringBuilder();
    for (int latent = 0; latent < PlantedTexts.WORDS.size(); latent++) {
      all.append(LatentCards.html(report, 100, latent));
    }
    assertFalse(all.toString().contains("<script"), "a planted text holds </script>");
    String never = LatentCards.html(report, 3, PlantedTexts.WORDS.size());
    assertTrue(never.contains("no label fits") && never.contains("fires on 0"), never);
  }

  @Test
  void refusesALatentThatIsNotThere() {
    var e = assertThrows(IllegalArgumentException.class, () -> LatentCards.html(report, 3, -1));
    assertTrue(e.getMessage().startsWith("the latent must be from 0 to "), e.getMessage());
  }
}
