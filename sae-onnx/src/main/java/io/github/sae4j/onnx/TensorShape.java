package io.github.sae4j.onnx;

/**
 * A tensor to harvest.
 *
 * @param name its name in the ONNX graph
 * @param width number of values per row, the last of the dimensions {@code [batch, sequence,
 *     width]}
 */
public record TensorShape(String name, int width) {}
