package io.github.sae4j.cli;

import io.github.sae4j.store.OnRead;
import picocli.CommandLine.Option;

/** Whether the checksums of dumps are compared. */
final class VerifyOption {
  @Option(
      names = "--no-verify",
      description = "Read a dump without comparing the checksums of its shards.")
  private boolean noVerify;

  OnRead onRead() {
    return noVerify ? OnRead.TRUST : OnRead.VERIFY;
  }
}
