package io.github.sae4j.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.read.CyclicBufferAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Directs log lines: kept back at first, then written to a file, earlier lines included, once a
 * command has one; with {@code --verbose}, also written to the error stream.
 */
final class RunLog {
  private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSS} %-5level %logger{24} %msg%n";

  private LoggerContext context; // null before there is anything to log
  private CyclicBufferAppender<ILoggingEvent> early;
  private Path file;
  private Path begun; // the log file, if this process created it
  private boolean madeDirectory;

  /** Starts logging without writing anything yet. Later calls do nothing. */
  void begin() {
    if (context != null) {
      return;
    }
    context = (LoggerContext) LoggerFactory.getILoggerFactory();
    early = new CyclicBufferAppender<>();
    root().detachAndStopAllAppenders();
    root().setLevel(Level.INFO);
    early.setContext(context);
    early.start();
    root().addAppender(early);
  }

  /** Sends all lines to the error stream too. */
  void alsoToStderr() {
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setTarget("System.err");
    start(appender, "stderr");
  }

  /** Turns on more detail for our own classes. */
  void debug() {
    context.getLogger("io.github.sae4j").setLevel(Level.DEBUG);
  }

  /** Appends all lines to a file. Calls after the first do nothing. */
  void toFile(Path path) throws IOException {
    if (file != null) {
      return;
    }
    begin();
    Path absolute = path.toAbsolutePath();
    boolean newDirectory = !Files.exists(absolute.getParent());
    boolean newFile = !Files.exists(absolute);
    Files.createDirectories(absolute.getParent());
    Files.newOutputStream(absolute, StandardOpenOption.CREATE, StandardOpenOption.APPEND).close();
    FileAppender<ILoggingEvent> appender = new FileAppender<>();
    appender.setFile(absolute.toString());
    appender.setAppend(true);
    start(appender, "file");
    file = path;
    begun = newFile ? absolute : null;
    madeDirectory = newDirectory;
  }

  /**
   * Records an error with its stack trace and returns the file: the log, or a temporary file if
   * there is none.
   */
  Path record(Throwable fault) throws IOException {
    if (file == null) {
      toFile(Files.createTempFile("sae-", ".log"));
    }
    context.getLogger(RunLog.class).error("internal error", fault);
    return file;
  }

  /** Deletes a log file that this process created, after its run was rejected. */
  void withdraw() throws IOException {
    if (begun == null) {
      return;
    }
    root().detachAndStopAllAppenders();
    try (Stream<Path> beside = Files.list(begun.getParent())) {
      if (beside.count() > 1) {
        return;
      }
    }
    Files.deleteIfExists(begun);
    if (madeDirectory) {
      Files.deleteIfExists(begun.getParent());
    }
  }

  /** Closes the file. */
  void close() {
    if (context != null) {
      root().detachAndStopAllAppenders();
    }
  }

  private void start(OutputStreamAppender<ILoggingEvent> appender, String name) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    encoder.start();
    appender.setName(name);
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.start();
    for (int i = 0; i < early.getLength(); i++) {
      appender.doAppend(early.get(i));
    }
    root().addAppender(appender);
  }

  private ch.qos.logback.classic.Logger root() {
    return context.getLogger(Logger.ROOT_LOGGER_NAME);
  }
}
