package io.github.sae4j.cli;

import io.github.sae4j.store.OnRead;
import picocli.CommandLine.Option;

/** Option for whether to check the checksums of dumps. */
final class VerifyOption {
  @Option(
      names = "--no-verify",
      description = "Read a dump without checking the checksums of its shards.")
  private boolean noVerify;

  OnRead onRead() {
    return noVerify ? OnRead.TRUST : OnRead.VERIFY;
  }
}
