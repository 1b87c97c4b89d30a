package io.github.sae4j.bench;

/**
 * What the process of one row is told.
 *
 * @param row its name
 * @param rows file of activations
 * @param directory for what training leaves, not there yet
 * @param result file that receives the measurement
 * @param warmUp steps that are not counted
 * @param rounds turns of all that is measured
 * @param steps of ours a round
 * @param python the program that has PyTorch; null for none
 * @param script the PyTorch program
 * @param tuned whether PyTorch gets better settings than it comes with
 * @param device where ours is computed, as {@code --device} says it
 */
record RowTask(
    String row,
    String rows,
    String directory,
    String result,
    int warmUp,
    int rounds,
    int steps,
    String python,
    String script,
    boolean tuned,
    String device) {}
