/**
 * Networks of Deeplearning4j, looked into and changed: their activations, and what becomes of them.
 */
package io.github.sae4j.network;
