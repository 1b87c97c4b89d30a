package io.github.sae4j.store;

/** What to do before rows of a dump are read. */
public enum OnRead {
  /** Compare the checksum of each shard with the manifest's before its first row is read. */
  VERIFY,
  /** Read the rows as they are. */
  TRUST
}
