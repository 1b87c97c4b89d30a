package io.github.sae4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code scripts/sae} starts Java with, for each command. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class LauncherTest {
  private static final Pattern PLAN = Pattern.compile("heap=(\\d+) nd4j=(\\d+) exact=(yes|no)");

  @TempDir private static Path directory;
  private static ToyWorld world;
  private static Distribution distribution;

  /** A Java that writes down how the command is started; the planning program it runs. */
  private static Path home;

  @BeforeAll
  static void prepare() throws IOException {
    world = ToyWorld.trained(Files.createDirectory(directory.resolve("world")));
    distribution = Distribution.in(directory.resolve("checkout"));
    Path real = Path.of(System.getProperty("java.home"));
    home = Files.createDirectories(directory.resolve("java/bin")).getParent();
    Files.copy(real.resolve("release"), home.resolve("release"));
    Path java =
        Files.writeString(
            home.resolve("bin/java"),
            """
            #!/usr/bin/env bash
            case " $* " in
              *LaunchOptions*) exec '%s/bin/java' "$@" ;;
              *) printf '%%s\\n' "$@" >'%s' ;;
            esac
            """
                .formatted(real, directory.resolve("started")));
    java.toFile().setExecutable(true);
  }

  /** The words that Java is started with, before the class. */
  private static List<String> started(Object... words) throws Exception {
    Files.deleteIfExists(directory.resolve("started"));
    Distribution.Ended ended = distribution.run("sae", Map.of("JAVA_HOME", home.toString()), words);
    assertEquals(0, ended.exitCode(), ended.err());
    List<String> all = Files.readAllLines(directory.resolve("started"));
    return all.subList(0, all.indexOf("io.github.sae4j.cli.Sae"));
  }

  /** Arguments of a command with more to do than {@link #whatIsQuickIsNotPlanned}. */
  private static List<Object> wordsOf(String command) {
    List<Object> words = new ArrayList<>(world.argumentsOf(command, "new"));
    words.addAll(
        switch (command) {
          case "sweep" -> List.of("--k", "2,3");
          case "eval" -> List.of("--encoder", "pursuit", "--k", 2);
          case "convert" -> List.of("--data", world.dump() + "," + world.dump());
          case "verify" -> List.of(world.run() + "[x]");
          default -> List.of();
        });
    return words;
  }

  static List<String> commands() {
    return Subcommands.names();
  }

  /** All commands but the one that computes nothing itself plan their memory and have vectors. */
  @ParameterizedTest
  @MethodSource("commands")
  void eachCommandGetsWhatItAsksFor(String command) throws Exception {
    List<Object> words = new ArrayList<>(List.of("--verbose", command));
    words.addAll(wordsOf(command));
    String plan = LaunchOptions.words(words.stream().map(Object::toString).toList());
    List<String> started = started(words.toArray());
    assertEquals(
        !command.equals("harvest"), started.contains("jdk.incubator.vector"), started.toString());
    long heap = megabytes(started, "-Xmx");
    long nd4j = megabytes(started, "-Dorg.bytedeco.javacpp.maxbytes=");
    Matcher need = PLAN.matcher(plan);
    assertEquals(!command.equals("harvest"), need.find(), plan);
    if (command.equals("harvest")) {
      return;
    }
    if (need.group(3).equals("yes")) {
      assertEquals(Long.parseLong(need.group(1)), heap);
      assertEquals(Long.parseLong(need.group(2)), nd4j);
      assertEquals(heap, megabytes(started, "-Xms"));
    } else {
      assertTrue(heap >= Long.parseLong(need.group(1)), started.toString());
      assertTrue(nd4j >= Long.parseLong(need.group(2)), started.toString());
      assertTrue(started.stream().noneMatch(word -> word.startsWith("-Xms")), started.toString());
    }
  }

  private static long megabytes(List<String> words, String option) {
    String word = words.stream().filter(each -> each.startsWith(option)).findFirst().orElseThrow();
    return Long.parseLong(word.substring(option.length(), word.length() - 1));
  }

  /** What is small is started at once, on one thread; it has vectors too. */
  @Test
  void whatIsQuickIsNotPlanned() throws Exception {
    for (List<Object> words :
        List.<List<Object>>of(
            List.of("eval", "--sae", world.run(), "--data", world.dump()),
            List.of("convert", "--sae=" + world.run(), "--to", "openai", "--out", "new"),
            List.of("verify", world.dump()))) {
      List<String> started = started(words.toArray());
      assertTrue(started.contains("-XX:+UseSerialGC"), started.toString());
      assertTrue(started.contains("jdk.incubator.vector"), started.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--help", "-V", "help train", "train --help", "", "--log-file f", "verify -h"})
  void whatOnlyShowsIsStartedAtOnce(String words) throws Exception {
    List<String> started = started((Object[]) words.split(" "));
    assertTrue(started.contains("-XX:+UseSerialGC"), started.toString());
    assertTrue(!started.contains("jdk.incubator.vector"), started.toString());
  }

  @Test
  void anOptionOfAllCommandsMayStandFirst() throws Exception {
    List<Object> words = new ArrayList<>(List.of("--log-file", "x.log", "quickstart"));
    assertTrue(started(words.toArray()).contains("jdk.incubator.vector"));
  }

  /** The one list of commands is the one that the command line shows. */
  @Test
  void thereIsOneListOfCommands() {
    TreeSet<String> shown =
        new TreeSet<>(Sae.commandLine(Console.ofProcess()).getSubcommands().keySet());
    shown.remove("help");
    assertEquals(new TreeSet<>(Subcommands.names()), shown);
  }
}
