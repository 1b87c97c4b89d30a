package io.github.sae4j.examples.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import java.net.ServerSocket;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.ui.VertxUIServer;
import org.junit.jupiter.api.Test;

class TrainingUiTest {

  /** The dependencies lack some of DL4J's scripts; these pages use none of those. */
  @Test
  void everyReferencedScriptIsServed() throws Exception {
    try (TrainingUi ui = TrainingUi.start(0)) {
      Pages pages = new Pages(ui.address());
      for (String page : List.of("/train/overview", "/train/model", "/train/system")) {
        List<String> assets = pages.assets(page);
        assertTrue(assets.size() > 15, page + " " + assets);
        for (String asset : assets) {
          assertEquals(200, pages.get(asset).statusCode(), asset);
        }
      }
    }
  }

  @Test
  void closingLeavesNeitherPortNorThreads() throws Exception {
    Pages pages;
    try (TrainingUi ui = TrainingUi.start(0)) {
      pages = new Pages(ui.address());
      assertEquals(200, pages.get("/train/overview").statusCode());
      assertTrue(serverThreads().size() > 1, "threads " + serverThreads());
    }
    assertThrows(ConnectException.class, () -> pages.get("/train/overview"));
    awaitNoServerThreads();
  }

  /** DL4J's own stop leaves a thread that waits forever. */
  private static void awaitNoServerThreads() throws InterruptedException {
    long end = System.nanoTime() + 20_000_000_000L;
    while (!serverThreads().isEmpty() && System.nanoTime() < end) {
      Thread.sleep(20);
    }
    assertEquals(List.of(), serverThreads());
  }

  private static List<String> serverThreads() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(thread -> isOfServer(thread.getKey(), thread.getValue()))
        .map(thread -> thread.getKey() + " in " + Arrays.toString(thread.getValue()))
        .toList();
  }

  private static boolean isOfServer(Thread thread, StackTraceElement[] calls) {
    String server = VertxUIServer.class.getName();
    return thread.getName().startsWith("vert.x")
        || Arrays.stream(calls).anyMatch(call -> call.getClassName().startsWith(server));
  }

  @Test
  void secondServerInAProcessThrows() throws Exception {
    try (TrainingUi ui = TrainingUi.start(0)) {
      IllegalStateException second =
          assertThrows(IllegalStateException.class, () -> TrainingUi.start(0));
      assertTrue(
          second.getMessage().endsWith("already running at " + ui.address()), second.getMessage());
    }
  }

  @Test
  void takenPortThrowsAndNextStartWorks() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      int port = taken.getLocalPort();
      IllegalStateException failure =
          assertThrows(IllegalStateException.class, () -> TrainingUi.start(port));
      assertTrue(failure.getMessage().endsWith("listen on port " + port), failure.getMessage());
    }
    awaitNoServerThreads();
    try (TrainingUi ui = TrainingUi.start(0)) {
      assertEquals(200, new Pages(ui.address()).get("/train/overview").statusCode());
    }
  }
}
