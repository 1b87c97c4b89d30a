/** An SAE's training in DL4J's training UI; needs deeplearning4j-ui-model beside sae-core. */
package io.github.sae4j.ui;
