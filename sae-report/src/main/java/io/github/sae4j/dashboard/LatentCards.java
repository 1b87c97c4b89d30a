package io.github.sae4j.dashboard;

import io.github.sae4j.eval.ConceptMatch;
import io.github.sae4j.eval.Context;
import io.github.sae4j.eval.TextStudy;
import io.github.sae4j.eval.TokenActivation;
import java.util.Locale;
import java.util.Optional;

/**
 * Cards of single latents as HTML for other pages and for notebooks: label, density, and strongest
 * contexts, with each token shaded by the latent's activation. The styles stand in the elements, so
 * that a card looks the same anywhere, and text from a corpus never becomes markup.
 */
public final class LatentCards {
  private static final String CARD =
      "margin:10px 0;padding:10px 14px;border:1px solid #cfd3d8;border-radius:8px;max-width:900px;"
          + "font:14px/1.5 system-ui,sans-serif";
  private static final String SOFT = "color:#7a828d";
  private static final double LEAST_SHADE = .12;
  private static final double SHADES = .7;

  private final Report report;
  private final int contexts;

  private LatentCards(Report report, int contexts) {
    this.report = report;
    this.contexts = contexts;
  }

  /**
   * Returns the cards of some latents, one after the other.
   *
   * @param contexts the maximum number of contexts per card
   * @throws IllegalArgumentException if there is no such latent
   */
  public static String html(Report report, int contexts, int... latents) {
    LatentCards cards = new LatentCards(report, contexts);
    StringBuilder out = new StringBuilder();
    for (int latent : latents) {
      cards.append(latent, out);
    }
    return out.toString();
  }

  private void append(int latent, StringBuilder out) {
    int nLatents = report.header().nLatents();
    if (latent < 0 || latent >= nLatents) {
      throw new IllegalArgumentException(
          "the latent must be from 0 to %d, got %d".formatted(nLatents - 1, latent));
    }
    ConceptMatch label = report.labels().get(latent);
    out.append("<div style=\"").append(CARD).append("\"><b>#").append(latent).append("</b> ");
    out.append(label == null ? "no label fits" : escaped(label.concept()));
    out.append(" <span style=\"").append(SOFT).append("\">");
    if (label != null) {
      out.append(
          String.format(
              Locale.ROOT,
              "F1 %.2f, precision %.2f, recall %.2f · ",
              label.f1(),
              label.precision(),
              label.recall()));
    }
    out.append(
        String.format(
            Locale.ROOT, "fires on %.3g %% of rows", 100 * report.densities().density(latent)));
    out.append("</span>");
    Optional<TextStudy> study = report.study();
    if (study.isPresent()) {
      study.get().contexts().of(latent).stream()
          .limit(contexts)
          .forEach(context -> append(context, study.get(), out));
    }
    out.append("</div>\n");
  }

  private static void append(Context context, TextStudy study, StringBuilder out) {
    Excerpts excerpts = new Excerpts();
    Excerpts.Shown shown = excerpts.add(study.texts().get(context.text()).text(), context);
    String text = excerpts.texts().iterator().next();
    out.append("<div style=\"margin-top:5px\">");
    int at = 0;
    for (TokenActivation token : shown.tokens()) {
      if (token.start() < at || token.end() <= token.start()) {
        continue; // special tokens, and parts of a character that was shaded already
      }
      double shade = LEAST_SHADE + SHADES * token.value() / context.activation();
      out.append(escaped(text.substring(at, token.start())));
      out.append(
          String.format(
              Locale.ROOT,
              "<span title=\"%.3g\" style=\"background:rgba(232,119,34,%.2f);border-radius:3px\">%s</span>",
              token.value(),
              Math.min(1, shade),
              escaped(text.substring(token.start(), token.end()))));
      at = token.end();
    }
    out.append(escaped(text.substring(at))).append("</div>");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
