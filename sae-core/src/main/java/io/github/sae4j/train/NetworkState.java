package io.github.sae4j.train;

import io.github.sae4j.cpu.HostFloats;
import io.github.sae4j.layer.DeadLatents;

/**
 * All that the next step of a {@link TrainingNetwork} depends on: its memory itself, no copy.
 *
 * @param parameters in DL4J's flat order
 * @param updater the updater's state in DL4J's flat order
 * @param average of the parameters, in the same order; null where none is kept
 * @param latents when each latent last fired
 */
record NetworkState(
    HostFloats parameters, HostFloats updater, HostFloats average, DeadLatents latents) {}
