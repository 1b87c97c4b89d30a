/** Anomalies in real data, found by an SAE and by methods without one. */
package io.github.sae4j.examples.anomaly;
