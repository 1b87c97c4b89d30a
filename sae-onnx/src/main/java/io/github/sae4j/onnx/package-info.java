/**
 * Runs texts through an ONNX model with ONNX Runtime and harvests the activations of any of its
 * tensors. No network is used.
 */
package io.github.sae4j.onnx;
