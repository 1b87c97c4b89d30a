package io.github.sae4j.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Replaces NaN and infinity with null: JSON does not have them, and Jackson would write strings.
 */
public final class FiniteJson {
  private FiniteJson() {}

  /** Returns the tree itself, with non-finite numbers replaced by null. */
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
