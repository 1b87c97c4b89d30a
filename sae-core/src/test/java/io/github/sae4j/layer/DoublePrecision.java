package io.github.sae4j.layer;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** Makes ND4J's arrays double for the tests of a class, which numerical gradients need. */
final class DoublePrecision implements BeforeAllCallback, AfterAllCallback {
  private DataType before;

  @Override
  public void beforeAll(ExtensionContext context) {
    before = Nd4j.dataType();
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    Nd4j.setDefaultDataTypes(before, before);
  }
}
