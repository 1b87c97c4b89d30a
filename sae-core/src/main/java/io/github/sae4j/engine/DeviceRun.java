package io.github.sae4j.engine;

/**
 * The size of a training run with Adam, from which a {@link DeviceEngine} computes its memory.
 *
 * @param parameters number of parameters
 * @param nIn width of the input
 * @param nOut width of the target
 * @param nLatents number of latents
 * @param rows rows of a batch
 * @param averages whether a moving average of the weights is kept
 * @param moreErrors matrices {@code [rows, nOut]} that a step needs beyond the error
 * @param negatesError whether a step needs the negated error
 * @param denseCodes whether codes are matrices {@code [rows, nLatents]}
 * @param activations most activations of the sparse codes of a step
 */
public record DeviceRun(
    long parameters,
    int nIn,
    int nOut,
    int nLatents,
    int rows,
    boolean averages,
    int moreErrors,
    boolean negatesError,
    boolean denseCodes,
    long activations) {}
