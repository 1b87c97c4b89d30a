/** An SAE's training, watched in DL4J's training UI. */
package io.github.sae4j.examples.ui;
