/**
 * Shows an SAE's training in DL4J's training UI. Requires deeplearning4j-ui-model as well as
 * sae-core.
 */
package io.github.sae4j.ui;
