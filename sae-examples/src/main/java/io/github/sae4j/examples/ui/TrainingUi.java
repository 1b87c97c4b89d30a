package io.github.sae4j.examples.ui;

import io.github.sae4j.ui.SaeStatsListener;
import io.vertx.core.Promise;
import org.deeplearning4j.config.DL4JSystemProperties;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.exception.DL4JException;
import org.deeplearning4j.ui.VertxUIServer;
import org.deeplearning4j.ui.api.UIServer;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.deeplearning4j.ui.model.storage.impl.SbeStorageMetaData;

/**
 * DL4J's training UI, with its data in memory. There can be one per process. DL4J listens on all
 * network interfaces without asking for a password.
 */
public final class TrainingUi implements AutoCloseable {
  private static final String PORT_PROPERTY = DL4JSystemProperties.UI_SERVER_PORT_PROPERTY;

  private final UIServer server;
  private final StatsStorage storage;

  private TrainingUi(UIServer server, StatsStorage storage) {
    this.server = server;
    this.storage = storage;
  }

  /**
   * Starts the server.
   *
   * @param port port to listen on, 0 for any free one; the system property {@code
   *     org.deeplearning4j.ui.port} takes precedence
   * @throws IllegalStateException if the process already has a training UI, or the port is taken
   */
  public static TrainingUi start(int port) throws Exception {
    UIServer running = VertxUIServer.getInstance();
    if (running != null && !running.isStopped()) {
      throw new IllegalStateException(
          "a training UI is already running at " + running.getAddress());
    }
    StatsStorage storage = new InMemoryStatsStorage();
    try {
      UIServer server = VertxUIServer.getInstance(port, false, null);
      server.attach(storage);
      return new TrainingUi(server, storage);
    } catch (DL4JException e) {
      VertxUIServer failed = VertxUIServer.getInstance(); // its threads keep the process alive
      failed.attach(storage);
      failed.stop(Promise.promise()); // only reports that it has stopped
      failed.stop();
      end(storage);
      throw new IllegalStateException(
          "the training UI could not listen on port " + Integer.getInteger(PORT_PROPERTY, port), e);
    }
  }

  /** Returns the address of the pages, such as {@code http://localhost:9000}. */
  public String address() {
    return server.getAddress();
  }

  /**
   * Returns a listener that shows a network.
   *
   * @param session session name under which the pages show it
   * @param frequency number of iterations per report; 1 shows every iteration
   */
  public StatsListener listener(String session, int frequency) {
    return new SaeStatsListener(storage, session, frequency);
  }

  /** Stops the server and its threads. */
  @Override
  public void close() throws Exception {
    end(storage);
  }

  private static void end(StatsStorage attached) throws Exception {
    UIServer.stopInstance();
    // DL4J's event thread notices the stop at the next event
    attached.putStorageMetaData(
        new SbeStorageMetaData(0, "end", "end", "end", (String) null, (String) null));
    Runtime.getRuntime().removeShutdownHook(UIServer.getShutdownHook());
  }
}
