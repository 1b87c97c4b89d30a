package io.github.sae4j.cli;

import java.io.IOException;

/** A command that knows before it runs how much memory it needs. */
interface PlansMemory {

  /** Returns the memory for the given options; reads only the headers of files. */
  MemoryNeed memory() throws IOException;
}
