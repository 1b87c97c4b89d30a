/**
 * The benchmark that {@code scripts/bench.sh} runs: whole steps of training beside the product that
 * they cannot be faster than, and beside PyTorch, row by row, each in a process of its own.
 */
package io.github.sae4j.bench;
