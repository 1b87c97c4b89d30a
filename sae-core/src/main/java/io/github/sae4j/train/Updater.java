package io.github.sae4j.train;

import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nadam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * How gradients move the parameters. Adam is the engine's own, which does a step in one pass over
 * the parameters; the others are DL4J's, and need memory and time for a gradient that is written
 * down. All follow the schedule of the learning rate, except AdaDelta, which has none. DL4J's
 * AdaBelief is missing: that of 1.0.0-M2.1 fails before its first step.
 */
public enum Updater {
  ADAM,
  ADADELTA,
  ADAGRAD,
  ADAMAX,
  AMSGRAD,
  NADAM,
  NESTEROVS,
  RMSPROP,
  SGD;

  /**
   * Numbers that it keeps beside so many parameters; those of DL4J need the gradient written down.
   */
  long stateSize(long parameters) {
    if (this == ADAM) {
      return 2 * parameters;
    }
    return toDl4j(null, 0.9, 0.999).stateSize(parameters) + parameters;
  }

  /** DL4J's updater of this name. */
  IUpdater toDl4j(ISchedule rate, double beta1, double beta2) {
    return switch (this) {
      case ADAM -> Adam.builder().learningRateSchedule(rate).beta1(beta1).beta2(beta2).build();
      case ADADELTA -> new AdaDelta();
      case ADAGRAD -> AdaGrad.builder().learningRateSchedule(rate).build();
      case ADAMAX -> adaMax(rate, beta1, beta2);
      case AMSGRAD ->
          AMSGrad.builder().learningRateSchedule(rate).beta1(beta1).beta2(beta2).build();
      case NADAM -> Nadam.builder().learningRateSchedule(rate).beta1(beta1).beta2(beta2).build();
      case NESTEROVS -> Nesterovs.builder().learningRateSchedule(rate).build();
      case RMSPROP -> RmsProp.builder().learningRateSchedule(rate).build();
      case SGD -> Sgd.builder().learningRateSchedule(rate).build();
    };
  }

  /** Its builder has no schedule. */
  private static AdaMax adaMax(ISchedule rate, double beta1, double beta2) {
    AdaMax updater = new AdaMax();
    updater.setLearningRateSchedule(rate);
    updater.setBeta1(beta1);
    updater.setBeta2(beta2);
    return updater;
  }
}
