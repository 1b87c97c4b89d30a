package io.github.sae4j.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SaeInANetworkTest {
  @Test
  void latentsClassify() {
    double accuracy = SaeInANetwork.run(800).accuracy();
    assertTrue(accuracy > .95, "accuracy " + accuracy);
  }
}
