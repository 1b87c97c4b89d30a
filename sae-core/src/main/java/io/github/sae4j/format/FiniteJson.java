package io.github.sae4j.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** JSON has no NaN and no infinity, which Jackson would write as strings: they become null. */
public final class FiniteJson {
  private FiniteJson() {}

  /** The tree itself, in which null has taken the place of numbers that are not finite. */
  public static <T extends JsonNode> T of(T tree) {
    if (tree instanceof ObjectNode object) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      names.forEach(name -> object.set(name, finite(object.get(name))));
    } else if (tree instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, finite(array.get(i)));
      }
    }
    return tree;
  }

  private static JsonNode finite(JsonNode node) {
    boolean fraction = node.isDouble() || node.isFloat();
    return fraction && !Double.isFinite(node.doubleValue()) ? NullNode.getInstance() : of(node);
  }
}
