/**
 * The {@code sae} command: one class for each subcommand, which reads the options, calls the
 * library, prints and says how it went by the exit code.
 */
package io.github.sae4j.cli;
