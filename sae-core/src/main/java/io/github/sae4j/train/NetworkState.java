package io.github.sae4j.train;

import io.github.sae4j.cpu.HostFloats;
import io.github.sae4j.layer.DeadLatents;

/**
 * Everything that the next step of a {@link TrainingNetwork} depends on, as views of its memory.
 *
 * @param parameters parameters in DL4J's flat order
 * @param updater the updater's state in DL4J's flat order
 * @param average average of the parameters, in the same order; null if there is none
 * @param latents when each latent last fired
 */
record NetworkState(
    HostFloats parameters, HostFloats updater, HostFloats average, DeadLatents latents) {}
