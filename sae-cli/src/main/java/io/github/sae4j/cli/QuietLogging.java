package io.github.sae4j.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.Logger;

/**
 * Logback's configuration, found through {@code META-INF/services}: quiet until {@link RunLog} adds
 * a file. Without appenders, nothing reaches the console. Reading the same configuration from XML
 * would take a tenth of a second.
 */
public final class QuietLogging extends ContextAwareBase implements Configurator {

  // kept, since java.util.logging forgets loggers that nothing refers to
  private static final java.util.logging.Logger LUCENE =
      java.util.logging.Logger.getLogger("org.apache.lucene.internal.vectorization");

  /** Lets Lucene not say on standard error that it makes no use of a module on Java 17. */
  static void quietLucene() {
    LUCENE.setLevel(java.util.logging.Level.SEVERE);
  }

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.INFO);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }
}
