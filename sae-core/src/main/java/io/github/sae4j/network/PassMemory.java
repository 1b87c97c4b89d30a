package io.github.sae4j.network;

import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.memory.enums.AllocationPolicy;
import org.nd4j.linalg.api.memory.enums.LearningPolicy;
import org.nd4j.linalg.api.memory.enums.ResetPolicy;
import org.nd4j.linalg.api.memory.enums.SpillPolicy;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The memory of a forward pass, which the thread's next pass reuses. ND4J arrays are otherwise
 * freed only when the garbage collector runs, which may be never if the heap has room: a CNN on
 * 60,000 pictures took 20 GB.
 */
final class PassMemory {
  private static final String ACTIVATIONS = "SAE4J_PASS_ACTIVATIONS";
  private static final String WORKING = "SAE4J_PASS_WORKING";
  private static final String LOOP = "SAE4J_PASS_LOOP";
  private static final WorkspaceConfiguration GROWING =
      WorkspaceConfiguration.builder()
          .initialSize(0)
          .overallocationLimit(.05)
          .policyLearning(LearningPolicy.FIRST_LOOP)
          .policyReset(ResetPolicy.BLOCK_LEFT)
          .policySpill(SpillPolicy.REALLOCATE)
          .policyAllocation(AllocationPolicy.OVERALLOCATE)
          .build();

  private static final String ROWS = "SAE4J_ROWS";

  private PassMemory() {}

  /** Returns a scope whose arrays are freed when it closes. */
  static MemoryWorkspace scratch() {
    return Nd4j.getWorkspaceManager().getAndActivateWorkspace(GROWING, ROWS);
  }

  /** Returns the workspaces for one step of training a single layer. */
  static LayerWorkspaceMgr training() {
    return LayerWorkspaceMgr.builder()
        .defaultWorkspace(WORKING, GROWING)
        .with(ArrayType.RNN_FF_LOOP_WORKING_MEM, LOOP, GROWING)
        .build();
  }

  /**
   * Returns the workspaces for a pass: activations live as long as the scope of {@code
   * ACTIVATIONS}, everything else as long as that of {@code FF_WORKING_MEM}, one per layer.
   */
  static LayerWorkspaceMgr manager() {
    return LayerWorkspaceMgr.builder()
        .with(ArrayType.INPUT, ACTIVATIONS, GROWING)
        .with(ArrayType.ACTIVATIONS, ACTIVATIONS, GROWING)
        .with(ArrayType.FF_WORKING_MEM, WORKING, GROWING)
        .with(ArrayType.RNN_FF_LOOP_WORKING_MEM, LOOP, GROWING)
        .build();
  }
}
