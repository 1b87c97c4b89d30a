package io.github.sae4j.eval;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.pursuit.Pursuit;
import java.util.Locale;
import java.util.Objects;

/**
 * One dictionary on the same rows with its own encoder and with a pursuit: what its decoder could
 * do and what its encoder makes of it.
 *
 * @param pursuit what was compared
 * @param own with the dictionary's own encoder
 * @param found with the codes of the pursuit
 */
public record EncoderComparison(Pursuit pursuit, EvalReport own, EvalReport found) {

  public EncoderComparison {
    Objects.requireNonNull(pursuit, "pursuit");
    Objects.requireNonNull(own, "own");
    Objects.requireNonNull(found, "found");
  }

  /**
   * The encoder's report as {@link EvalReport#toJson} has it, and the other under {@code pursuit}.
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

  /** The encoder's table, and below it the figures that the codes decide, side by side. */
  public String render() {
    return EvalTable.render(own) + EvalTable.renderBeside(own, found, pursuit.toString());
  }
}
