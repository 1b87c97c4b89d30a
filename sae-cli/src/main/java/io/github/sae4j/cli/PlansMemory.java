package io.github.sae4j.cli;

import java.io.IOException;

/** A command that can say before it runs how much memory it will take. */
interface PlansMemory {

  /** The memory for the options that were given; reads headers of files only. */
  MemoryNeed memory() throws IOException;
}
