package io.github.sae4j.cli;

import io.github.sae4j.cpu.Nd4jCpuLibrary;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/** The {@code sae} command: the options of every subcommand, and error handling. */
@Command(
    name = "sae",
    description = {
      "Sparse autoencoders on the JVM: decompose a model's activations into features.",
      "",
      "Start with 'sae quickstart', or go step by step: harvest, train, eval, report."
    },
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    sortOptions = false,
    usageHelpAutoWidth = true,
    abbreviateSynopsis = true,
    descriptionHeading = "%n",
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n")
final class Sae implements Runnable {

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      order = 101,
      description = "Also print the log to the error stream, including ND4J's start-up messages.")
  private boolean verbose;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      order = 102,
      description = "Show the stack trace of an error, and log more.")
  private boolean debug;

  @Option(
      names = "--log-file",
      scope = ScopeType.INHERIT,
      order = 103,
      paramLabel = "FILE",
      description = "Append the log to FILE (default: sae.log in a run's directory).")
  private Path logFile;

  private final Console console;
  private final RunLog log = new RunLog();
  private final CommandLine commands;

  /** Returns a command line that prints to a console. */
  static CommandLine commandLine(Console console) {
    return new Sae(console, name -> true).commands;
  }

  private Sae(Console console, Predicate<String> needed) {
    this.console = console;
    commands = CommandLines.ruled(Subcommands.addTo(new CommandLine(this), needed));
    commands.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8));
    commands.setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
    CommandLines.showSections(commands);
    commands.setExecutionStrategy(this::start);
    commands.setParameterExceptionHandler((e, args) -> new UsageError(e).report(console, debug));
    commands.setExecutionExceptionHandler((e, command, result) -> failed(e, command));
  }

  /** Runs the command and ends the process. */
  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT); // the same digits and letters in every locale
    System.exit(run(Console.ofProcess(), args));
  }

  /** Runs the command and returns its exit code. */
  static int run(Console console, String... args) {
    Sae sae = new Sae(console, Subcommands.neededFor(args));
    try {
      return sae.written(sae.commands.execute(args));
    } catch (Error e) {
      return sae.failed(e, sae.commands);
    } finally {
      sae.log.close();
    }
  }

  /** Returns the exit code, or the one for a failed write to standard output. */
  private int written(int exitCode) {
    if (!console.out().checkError()) {
      return exitCode;
    }
    if (console.out() instanceof ResultStream out) {
      if (out.isClosedPipe()) {
        return ExitCode.CLOSED_PIPE;
      }
      console.note("sae: standard output cannot be written: " + out.reason());
    }
    return exitCode == ExitCode.OK ? ExitCode.WRONG_INPUT : exitCode;
  }

  /** Prints the usage if no subcommand is given. */
  @Override
  public void run() {
    commands.usage(commands.getOut());
  }

  Console console() {
    return console;
  }

  /** Keeps the log of a run in its directory, unless {@code --log-file} names another file. */
  void logInto(Path directory) throws IOException {
    log.toFile(directory.resolve("sae.log"));
  }

  /** Returns the given command line, changed to resume instead of starting over. */
  String commandLineWith(String... options) {
    List<String> words = new ArrayList<>(List.of("sae"));
    words.addAll(commands.getParseResult().originalArgs());
    words.remove("--overwrite");
    words.addAll(List.of(options));
    return words.stream().map(Sae::quoted).collect(Collectors.joining(" "));
  }

  /** Returns the given command line with absolute paths reduced to their last names. */
  String shareableCommandLine() {
    return commands.getParseResult().originalArgs().stream()
        .map(Sae::withoutDirectories)
        .map(Sae::quoted)
        .collect(Collectors.joining(" ", "sae ", ""));
  }

  private static String withoutDirectories(String word) {
    return word.replaceAll("(?<![^=,])/(?:[^=,]*/)?(?=[^/=,])", "");
  }

  private static String quoted(String word) {
    return word.matches("[\\w@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  private int start(ParseResult parsed) {
    List<CommandLine> line = parsed.asCommandLineList();
    CommandLine command = line.get(line.size() - 1);
    if (!onlyShows(command)) {
      try {
        Outputs.check(command.getParseResult());
      } catch (IOException | IllegalArgumentException e) {
        return failed(e, command);
      }
      log.begin();
      Nd4jCpuLibrary.choose();
    }
    CommandLines.requireRanges(parsed);
    if (verbose) {
      log.alsoToStderr();
    }
    if (debug) {
      log.debug();
    }
    if (logFile != null) {
      try {
        log.toFile(logFile);
      } catch (IOException e) {
        return failed(e, commands);
      }
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  /** Returns whether the command only prints help or version, so nothing else need be loaded. */
  private static boolean onlyShows(CommandLine command) {
    return command.isUsageHelpRequested()
        || command.isVersionHelpRequested()
        || command.getCommandSpec().helpCommand();
  }

  private int failed(Throwable thrown, CommandLine command) {
    Throwable cause = Failures.cause(thrown);
    String who = command.getCommandSpec().qualifiedName();
    if (debug) {
      console.trace(cause);
    }
    if (Failures.isWrongInput(cause)) {
      withdrawLog();
      console.note(who + ": " + Failures.sentence(cause));
      return ExitCode.WRONG_INPUT;
    }
    console.note(who + ": " + Failures.sentence(cause) + details(cause));
    return ExitCode.INTERNAL;
  }

  /** Removes the log of a rejected run, unless a log was requested. */
  private void withdrawLog() {
    if (logFile != null) {
      return;
    }
    try {
      log.withdraw();
    } catch (IOException e) {
      console.note("cannot delete the log: " + Failures.sentence(e));
    }
  }

  private String details(Throwable fault) {
    try {
      return " (an internal error; details are in " + log.record(fault) + ")";
    } catch (IOException e) {
      return " (an internal error; run again with --debug for details)";
    }
  }
}
