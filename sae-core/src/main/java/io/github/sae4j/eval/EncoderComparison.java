package io.github.sae4j.eval;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.pursuit.Pursuit;
import java.util.Locale;
import java.util.Objects;

/**
 * One dictionary measured on the same rows twice: with its own encoder and with a pursuit, which
 * shows what its decoder could do.
 *
 * @param pursuit the pursuit that was compared
 * @param own the report with the dictionary's own encoder
 * @param found the report with the codes found by the pursuit
 */
public record EncoderComparison(Pursuit pursuit, EvalReport own, EvalReport found) {

  public EncoderComparison {
    Objects.requireNonNull(pursuit, "pursuit");
    Objects.requireNonNull(own, "own");
    Objects.requireNonNull(found, "found");
  }

  /**
   * Returns the encoder's report as {@link EvalReport#toJson} writes it, with the pursuit's under
   * {@code pursuit}.
   */
  public ObjectNode toJson() {
    ObjectNode json = own.toJson();
    ObjectNode other = json.putObject("pursuit");
    other.put("kind", pursuit.kind().name().toLowerCase(Locale.ROOT));
    other.put("k", pursuit.k());
    other.put("signed", pursuit.signed());
    found.putMeasures(other);
    return json;
  }

  /**
   * Returns the encoder's table, followed by the figures that depend on the codes, side by side.
   */
  public String render() {
    return EvalTable.render(own) + EvalTable.renderBeside(own, found, pursuit.toString());
  }
}
