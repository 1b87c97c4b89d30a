/**
 * Sparse autoencoders for the JVM: dictionaries in which each latent stands for one concept in a
 * model's activations. Where to begin:
 *
 * <table>
 * <caption>What to use</caption>
 * <tr><th>to</th><th>use</th></tr>
 * <tr><td>train on arrays, files or a {@code DataSetIterator}; load and save</td>
 *     <td>{@link io.github.sae4j.api.Saes}</td></tr>
 * <tr><td>encode and decode rows</td><td>{@link io.github.sae4j.SparseAutoencoder}; the code of a
 *     row is a {@link io.github.sae4j.SparseCode}</td></tr>
 * <tr><td>choose what keeps codes sparse</td><td>{@link io.github.sae4j.variant}</td></tr>
 * <tr><td>control training in full, or train a grid</td>
 *     <td>{@link io.github.sae4j.train.Trainer}, {@link io.github.sae4j.train.Sweep}</td></tr>
 * <tr><td>read activations from anywhere</td>
 *     <td>{@link io.github.sae4j.store.ActivationSources}, {@link
 *     io.github.sae4j.store.MemorySource}</td></tr>
 * <tr><td>convert between libraries</td><td>{@link io.github.sae4j.checkpoint.SaeFormat}</td></tr>
 * <tr><td>measure a dictionary</td><td>{@link io.github.sae4j.eval.Evaluator}</td></tr>
 * <tr><td>put an SAE into a DL4J network</td><td>{@link io.github.sae4j.layer.SaeLayer}</td></tr>
 * <tr><td>look into a DL4J network, or change what it computes</td>
 *     <td>{@link io.github.sae4j.network}</td></tr>
 * </table>
 */
package io.github.sae4j;
