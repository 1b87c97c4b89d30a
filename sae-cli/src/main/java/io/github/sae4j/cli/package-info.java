/**
 * The {@code sae} command: one class per subcommand, which reads the options, calls the library,
 * prints the results and returns the exit code.
 */
package io.github.sae4j.cli;
