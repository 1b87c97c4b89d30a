package io.github.sae4j.cli;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The subcommands of {@code sae}. Reading the options of every command takes longer than many
 * commands do, so commands not named on the command line are added only as an outline, enough for
 * the list of commands.
 */
final class Subcommands {
  private static final List<Class<?>> ALL =
      List.of(
          HarvestCommand.class,
          TrainCommand.class,
          SweepCommand.class,
          EvalCommand.class,
          ReportCommand.class,
          ConvertCommand.class,
          CompressCommand.class,
          DecompressCommand.class,
          AnomalyCommand.class,
          VerifyCommand.class,
          SpliceCommand.class,
          IndexCommand.class,
          SearchCommand.class,
          QuickstartCommand.class,
          DoctorCommand.class);

  private Subcommands() {}

  /** Returns the names of all commands. */
  static List<String> names() {
    return ALL.stream().map(Subcommands::name).toList();
  }

  /** Returns the command with a given name and its options, if it exists. */
  static Optional<CommandLine> named(String name) {
    return ALL.stream()
        .filter(type -> name(type).equals(name))
        .findFirst()
        .map(type -> CommandLines.ruled(new CommandLine(type)));
  }

  private static String name(Class<?> type) {
    return type.getAnnotation(Command.class).name();
  }

  /** Returns a predicate for the commands that these words may refer to. */
  static Predicate<String> neededFor(String... words) {
    return Set.copyOf(List.of(words))::contains;
  }

  /** Adds all commands to a command line: in full if needed, otherwise as an outline. */
  static CommandLine addTo(CommandLine line, Predicate<String> needed) {
    for (Class<?> type : ALL) {
      Command about = type.getAnnotation(Command.class);
      line.addSubcommand(
          about.name(), needed.test(about.name()) ? new CommandLine(type) : outline(about));
    }
    return line.addSubcommand(HelpCommand.class);
  }

  private static CommandSpec outline(Command about) {
    CommandSpec spec = CommandSpec.create().name(about.name());
    spec.usageMessage().description(about.description());
    return spec;
  }
}
