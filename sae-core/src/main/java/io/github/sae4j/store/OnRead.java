package io.github.sae4j.store;

/** What to do before rows of a dump are read. */
public enum OnRead {
  /** Compare each shard's checksum with the manifest's before reading its first row. */
  VERIFY,
  /** Read the rows as they are. */
  TRUST
}
