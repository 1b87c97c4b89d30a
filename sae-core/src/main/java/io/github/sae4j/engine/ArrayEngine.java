package io.github.sae4j.engine;

/** An engine whose tensors are arrays of ND4J; results are there when a method returns. */
public non-sealed interface ArrayEngine extends Engine {}
