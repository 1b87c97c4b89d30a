package io.github.sae4j.cli;

import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine;

/**
 * A small program that the launcher runs first: given the words of a {@code sae} command line, it
 * prints what Java needs to run it, in words of the form {@code name=value}:
 *
 * <pre>
 * vector=yes    the module jdk.incubator.vector is available, and the command computes
 * heap=1234     size of the heap, MB
 * nd4j=2345     limit of ND4J's arrays, MB
 * exact=yes     no larger than that; otherwise at least that
 * </pre>
 *
 * <p>The last three are missing if the words or files are invalid, which the command itself
 * reports. ND4J is not loaded, so this takes only a fraction of a second.
 */
final class LaunchOptions {
  private LaunchOptions() {}

  /** Prints the words. */
  public static void main(String[] args) {
    System.out.println(words(List.of(args)));
  }

  static String words(List<String> args) {
    Optional<CommandLine> line =
        args.stream().flatMap(word -> Subcommands.named(word).stream()).findFirst();
    if (line.isEmpty() || !(line.get().getCommand() instanceof PlansMemory command)) {
      return "";
    }
    Map<String, Object> words = new LinkedHashMap<>();
    if (ModuleFinder.ofSystem().find("jdk.incubator.vector").isPresent()) {
      words.put("vector", "yes");
    }
    String name = line.get().getCommandName();
    need(line.get(), command, args.subList(args.indexOf(name) + 1, args.size()))
        .ifPresent(
            need -> {
              words.put("heap", mega(need.heap()));
              words.put("nd4j", mega(need.nd4j()));
              words.put("exact", need.exact() ? "yes" : "no");
            });
    return words.entrySet().stream()
        .map(word -> word.getKey() + "=" + word.getValue())
        .collect(Collectors.joining(" "));
  }

  private static Optional<MemoryNeed> need(
      CommandLine line, PlansMemory command, List<String> args) {
    try {
      line.setUnmatchedArgumentsAllowed(true); // options that all commands have
      CommandLines.requireRanges(line.parseArgs(args.toArray(String[]::new)));
      return Optional.of(command.memory());
    } catch (CommandLine.ParameterException | IllegalArgumentException | IOException e) {
      return Optional.empty();
    }
  }

  private static long mega(long bytes) {
    return (bytes + (1L << 20) - 1) >> 20;
  }
}
