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
 * What {@code sae} can do. To read the options of every command takes longer than many a command
 * itself: of those that a command line does not name there is only an outline, which is what the
 * list of commands shows.
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
          VerifyCommand.class,
          SpliceCommand.class,
          QuickstartCommand.class);

  private Subcommands() {}

  /** The names of all commands. */
  static List<String> names() {
    return ALL.stream().map(Subcommands::name).toList();
  }

  /** The command of that name, with its options, if there is one. */
  static Optional<CommandLine> named(String name) {
    return ALL.stream()
        .filter(type -> name(type).equals(name))
        .findFirst()
        .map(type -> CommandLines.ruled(new CommandLine(type)));
  }

  private static String name(Class<?> type) {
    return type.getAnnotation(Command.class).name();
  }

  /** The names of commands that these words may be about. */
  static Predicate<String> neededFor(String... words) {
    return Set.copyOf(List.of(words))::contains;
  }

  /** Adds all commands to a line: whole those that are needed, the others in outline. */
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
