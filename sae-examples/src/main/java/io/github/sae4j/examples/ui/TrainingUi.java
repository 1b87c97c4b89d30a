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
 * DL4J's training UI, of which a process has one, with what it shows in memory. DL4J listens on all
 * of the machine's addresses and asks for no password.
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
   * @param port 0 for a free one; the system property {@code org.deeplearning4j.ui.port} goes first
   * @throws IllegalStateException if the process has one already, or the port is taken
   */
  public static TrainingUi start(int port) throws Exception {
    UIServer running = VertxUIServer.getInstance();
    if (running != null && !running.isStopped()) {
      throw new IllegalStateException("there is a training UI already at " + running.getAddress());
    }
    StatsStorage storage = new InMemoryStatsStorage();
    try {
      UIServer server = VertxUIServer.getInstance(port, false, null);
      server.attach(storage);
      return new TrainingUi(server, storage);
    } catch (DL4JException e) {
      VertxUIServer failed = VertxUIServer.getInstance(); // its threads keep the process alive
      failed.attach(storage);
      failed.stop(Promise.promise()); // says that it has ended, no more
      failed.stop();
      end(storage);
      throw new IllegalStateException(
          "the training UI could not listen on port " + Integer.getInteger(PORT_PROPERTY, port), e);
    }
  }

  /** Where the pages are, such as {@code http://localhost:9000}. */
  public String address() {
    return server.getAddress();
  }

  /**
   * A listener that shows a network.
   *
   * @param session name under which the pages show it
   * @param frequency of the iterations that are shown, 1 for each
   */
  public StatsListener listener(String session, int frequency) {
    return new SaeStatsListener(storage, session, frequency);
  }

  /** Ends the server and its threads. */
  @Override
  public void close() throws Exception {
    end(storage);
  }

  private static void end(StatsStorage attached) throws Exception {
    UIServer.stopInstance();
    // DL4J's thread that hands events on sees the end at the next event
    attached.putStorageMetaData(
        new SbeStorageMetaData(0, "end", "end", "end", (String) null, (String) null));
    Runtime.getRuntime().removeShutdownHook(UIServer.getShutdownHook());
  }
}
