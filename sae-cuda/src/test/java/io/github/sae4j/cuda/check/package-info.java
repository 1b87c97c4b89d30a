/**
 * What checks a GPU machine that has neither Java nor a network: {@code scripts/gpu-bundle.sh}
 * packs it, {@code scripts/gpu-check.sh} runs it there, {@code scripts/gpu-record.sh} reads what
 * came out.
 */
package io.github.sae4j.cuda.check;
