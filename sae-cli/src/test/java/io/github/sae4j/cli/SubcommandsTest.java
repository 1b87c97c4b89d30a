package io.github.sae4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SubcommandsTest {

  @Test
  void showsCommandsInOutlineAsWhole() {
    String whole = Sae.commandLine(Console.ofProcess()).getUsageMessage();

    CommandRun help = CommandRun.of("--help");

    assertEquals(whole.strip(), help.out().strip());
  }

  @Test
  void makesWholeWhatIsNamedAndNothingElse() {
    CommandLine line =
        Subcommands.addTo(
            new CommandLine(CommandLine.Model.CommandSpec.create()),
            Subcommands.neededFor("help", "eval"));

    assertFalse(line.getSubcommands().get("eval").getCommandSpec().options().isEmpty());
    assertTrue(line.getSubcommands().get("train").getCommandSpec().options().isEmpty());
    assertEquals(
        Set.of(
            "harvest",
            "train",
            "sweep",
            "eval",
            "report",
            "convert",
            "compress",
            "decompress",
            "anomaly",
            "verify",
            "splice",
            "index",
            "search",
            "quickstart",
            "doctor",
            "help"),
        line.getSubcommands().keySet());
  }

  @Test
  void wordsThatAreRepeatedAreNoFault() {
    assertTrue(Subcommands.neededFor("eval", "--sae", "a", "--sae", "a").test("eval"));
  }

  @Test
  void rehearsesWithoutAFault(@TempDir Path directory) throws IOException {
    assertEquals(ExitCode.OK, new Rehearsal(directory).run());
  }
}
