package io.github.sae4j.examples.anomaly;

import libsvm.svm;
import libsvm.svm_model;
import libsvm.svm_node;
import libsvm.svm_parameter;
import libsvm.svm_problem;

/**
 * A one-class SVM with a Gaussian kernel (Schölkopf et al., 2001) of up to 5,000 rows; γ is 1 /
 * width, ν 0.05.
 */
record OneClassSvm() implements Method {
  private static final int MOST_ROWS = 5000;
  private static final double NU = 0.05;

  @Override
  public String name() {
    return "one-class SVM";
  }

  @Override
  public Fitted fit(float[][] train, long seed) {
    svm_parameter parameter = new svm_parameter();
    parameter.svm_type = svm_parameter.ONE_CLASS;
    parameter.kernel_type = svm_parameter.RBF;
    parameter.gamma = 1.0 / train[0].length;
    parameter.nu = NU;
    parameter.eps = 1e-3;
    parameter.cache_size = 200; // MB
    svm_problem problem = new svm_problem();
    problem.l = Math.min(train.length, MOST_ROWS);
    problem.y = new double[problem.l];
    problem.x = new svm_node[problem.l][];
    for (int i = 0; i < problem.l; i++) {
      problem.x[i] = nodes(train[i]);
    }
    svm.svm_set_print_string_function(text -> {});
    svm_model model = svm.svm_train(problem, parameter);
    return rows -> {
      double[] scores = new double[rows.length];
      double[] decision = new double[1];
      for (int i = 0; i < rows.length; i++) {
        svm.svm_predict_values(model, nodes(rows[i]), decision);
        scores[i] = -decision[0];
      }
      return scores;
    };
  }

  private static svm_node[] nodes(float[] row) {
    svm_node[] nodes = new svm_node[row.length];
    for (int j = 0; j < row.length; j++) {
      nodes[j] = new svm_node();
      nodes[j].index = j + 1;
      nodes[j].value = row[j];
    }
    return nodes;
  }
}
