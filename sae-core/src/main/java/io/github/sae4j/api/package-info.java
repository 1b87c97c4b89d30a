/**
 * The high-level API: {@link io.github.sae4j.api.Saes} trains, loads and saves sparse autoencoders.
 *
 * <pre>{@code
 * SparseAutoencoder sae = Saes.train(rows).latents(512).topK(8).run().sae();
 * List<SparseCode.Activation> strongest = sae.encode(rows[0]).top(5);
 * }</pre>
 *
 * <p>It is built on public classes of the other packages; use those for finer control: {@link
 * io.github.sae4j.train.Trainer}, {@link io.github.sae4j.store.ActivationSource}, {@link
 * io.github.sae4j.checkpoint.SaeFormat}.
 */
package io.github.sae4j.api;
