package io.github.sae4j.dashboard;

import java.time.Instant;
import java.util.Objects;

/**
 * What wrote a report, and when.
 *
 * @param version of sae4j; empty where unknown
 * @param command as it was typed, without paths of the machine; empty for a program's own report
 * @param written when
 */
public record ReportOrigin(String version, String command, Instant written) {

  public ReportOrigin {
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(command, "command");
    Objects.requireNonNull(written, "written");
  }
}
