package io.github.sae4j.format;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class FiniteJsonTest {

  @Test
  void nonFiniteNumbersBecomeNull() throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = mapper.createObjectNode();
    json.put("a", Double.NaN).put("b", Float.POSITIVE_INFINITY).put("c", 1.5).put("d", "NaN");
    json.putArray("e").add(2).add(Double.NEGATIVE_INFINITY).addObject().put("f", Float.NaN);
    assertEquals(
        "{\"a\":null,\"b\":null,\"c\":1.5,\"d\":\"NaN\",\"e\":[2,null,{\"f\":null}]}",
        mapper.writeValueAsString(FiniteJson.of(json)));
  }
}
