package io.github.sae4j.cuda.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.bench.PyTorch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A process of a Python program for all shapes, started when it is first asked. */
final class PeerProcess implements AutoCloseable {
  private final String script;
  private final Peers peers;
  private PyTorch process; // null before it is started and after it was ended

  /**
   * Where the programs are and how long they may take.
   *
   * @param python the program that has PyTorch
   * @param scripts directory of the Python programs
   * @param device cuda, or cpu for trying the turns without a GPU
   * @param limitSeconds most seconds of an answer
   */
  record Peers(String python, String scripts, String device, int limitSeconds) {
    boolean onGpu() {
      return device.equals("cuda");
    }
  }

  PeerProcess(String script, Peers peers) {
    this.script = script;
    this.peers = peers;
  }

  Peers peers() {
    return peers;
  }

  /** Returns the versions of PyTorch and Triton; the process must have answered. */
  String versions() {
    return process.versions();
  }

  /** Asks and waits for the answer; a process that does not answer in time is ended. */
  JsonNode ask(ObjectNode request) throws IOException {
    CompletableFuture<JsonNode> coming =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return started().ask(request);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            task -> {
              Thread thread = new Thread(task, script);
              thread.setDaemon(true);
              thread.start();
            });
    try {
      return coming.get(peers.limitSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      close();
      throw new IOException("no answer within " + peers.limitSeconds() + " s", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() instanceof UncheckedIOException io ? io.getCause() : e;
      throw new IOException(cause.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private synchronized PyTorch started() throws IOException {
    if (process == null) {
      String file = peers.scripts() + "/" + script;
      process = new PyTorch(peers.python(), file, false, "--device", peers.device());
    }
    return process;
  }

  @Override
  public void close() {
    PyTorch running = process;
    process = null;
    if (running != null) {
      try {
        running.close();
      } catch (IOException e) {
        throw new UncheckedIOException(script + " cannot be ended", e);
      }
    }
  }
}
