/** Shows an SAE's training in DL4J's training UI. */
package io.github.sae4j.examples.ui;
