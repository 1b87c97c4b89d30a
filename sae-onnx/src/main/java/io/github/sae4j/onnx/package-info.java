/**
 * Harvesting: runs texts through an ONNX model with ONNX Runtime and hands over the activations at
 * any of its tensors. No network is used.
 */
package io.github.sae4j.onnx;
