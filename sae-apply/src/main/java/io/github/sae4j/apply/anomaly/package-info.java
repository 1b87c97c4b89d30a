/**
 * Rows unlike those that an SAE was trained on: scores, thresholds with a guaranteed rate of false
 * alarms, and what an alarm is due to.
 */
package io.github.sae4j.apply.anomaly;
