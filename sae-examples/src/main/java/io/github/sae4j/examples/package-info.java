/** Examples, each a class with a main method and a test that runs it. */
package io.github.sae4j.examples;
