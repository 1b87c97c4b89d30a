package io.github.sae4j.cuda.check;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** What takes steps of one shape on a GPU, in turns with others. */
interface Contender extends AutoCloseable {

  /** Returns its name in the results. */
  String name();

  /**
   * Gets ready and takes a few steps that are not timed.
   *
   * @throws IOException if it cannot
   */
  void prepare() throws IOException;

  /**
   * Takes steps, from one wait for the GPU to the next.
   *
   * @return mean seconds of a step
   */
  double run(int steps) throws IOException;

  /** Describes it: precision, versions, settings. */
  void describe(ObjectNode json);

  /** Frees the GPU for the others. */
  @Override
  void close();
}
