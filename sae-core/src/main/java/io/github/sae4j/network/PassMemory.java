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
 * The memory of a forward pass, which the next pass of the thread takes over. Arrays of ND4J are
 * otherwise freed when Java's collector comes, which may be never where the heap has room: a CNN on
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

  /** A scope for arrays that are gone at its end. */
  static MemoryWorkspace scratch() {
    return Nd4j.getWorkspaceManager().getAndActivateWorkspace(GROWING, ROWS);
  }

  /** That of a step of a layer's training by itself. */
  static LayerWorkspaceMgr training() {
    return LayerWorkspaceMgr.builder()
        .defaultWorkspace(WORKING, GROWING)
        .with(ArrayType.RNN_FF_LOOP_WORKING_MEM, LOOP, GROWING)
        .build();
  }

  /**
   * Which of a pass' arrays lie where: activations as long as the scope of {@code ACTIVATIONS}, the
   * rest as long as that of {@code FF_WORKING_MEM}, one for each layer.
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
