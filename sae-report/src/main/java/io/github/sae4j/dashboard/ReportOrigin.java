package io.github.sae4j.dashboard;

import java.time.Instant;
import java.util.Objects;

/**
 * What wrote a report, and when.
 *
 * @param version version of sae4j; empty if unknown
 * @param command the command as typed, without local paths; empty if written through the API
 * @param written the time of writing
 */
public record ReportOrigin(String version, String command, Instant written) {

  public ReportOrigin {
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(command, "command");
    Objects.requireNonNull(written, "written");
  }
}
