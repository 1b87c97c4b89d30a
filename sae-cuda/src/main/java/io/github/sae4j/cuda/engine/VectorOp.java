package io.github.sae4j.cuda.engine;

/** What the kernel vector_op does with each number; in the order of vectors.cu. */
enum VectorOp {
  COPY,
  FILL,
  SUM,
  DIFFERENCE,
  DIFFERENCE_TURNED,
  PRODUCT,
  QUOTIENT,
  PLUS,
  TIMES,
  OVER,
  EXPONENTIAL,
  RECTIFIED,
  SIGMOID,
  TANH
}
