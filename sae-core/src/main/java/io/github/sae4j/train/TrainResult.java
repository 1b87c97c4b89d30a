package io.github.sae4j.train;

import java.nio.file.Path;

/**
 * How a session of training ended.
 *
 * @param completed whether all steps are done; if not, the run can be resumed
 * @param steps that are done
 * @param tokens rows seen
 * @param seconds of training, over all sessions
 * @param sae directory of the finished SAE; null if not completed
 */
public record TrainResult(boolean completed, long steps, long tokens, double seconds, Path sae) {}
