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
 * The optimiser. Adam is the engine's own, which takes a step in one pass over the parameters; the
 * others are DL4J's, and need memory and time to store the gradient. All follow the learning rate
 * schedule, except AdaDelta, which has none. DL4J's AdaBelief is left out, because that of
 * 1.0.0-M2.1 fails before its first step.
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
   * Returns the number of values kept for a number of parameters; DL4J's updaters also store the
   * gradient.
   */
  long stateSize(long parameters) {
    if (this == ADAM) {
      return 2 * parameters;
    }
    return toDl4j(null, 0.9, 0.999).stateSize(parameters) + parameters;
  }

  /** Returns DL4J's updater of this name. */
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

  /** Creates AdaMax without its builder, which does not support schedules. */
  private static AdaMax adaMax(ISchedule rate, double beta1, double beta2) {
    AdaMax updater = new AdaMax();
    updater.setLearningRateSchedule(rate);
    updater.setBeta1(beta1);
    updater.setBeta2(beta2);
    return updater;
  }
}
