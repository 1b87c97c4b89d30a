package io.github.sae4j.pursuit;

import io.github.sae4j.engine.*;
import java.util.*;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

final class Probe {
  public static void main(String[] a) {
    int n = Integer.parseInt(a[0]),
        d = Integer.parseInt(a[1]),
        k = Integer.parseInt(a[2]),
        b = 1024;
    INDArray w = Nd4j.randn(n, d);
    INDArray x = Nd4j.randn(b, d);
    Engine e = new HostEngine();
    INDArray enc = w.transpose();
    for (int r = 0; r < 4; r++) {
      long t = System.nanoTime();
      e.encode(x, enc, Nd4j.zeros(n), List.of(new Selection.TopK(k)));
      System.out.printf("encode %.1f ms%n", (System.nanoTime() - t) / 1e6);
    }
    for (Pursuit p : List.of(Pursuit.matching(k), Pursuit.orthogonal(k)))
      for (boolean gram : new boolean[] {false, true}) {
        long t = System.nanoTime();
        PursuitEncoder pe = new PursuitEncoder(p, w, e, !gram);
        System.out.printf("%s gram=%s make %.1f ms%n", p, gram, (System.nanoTime() - t) / 1e6);
        for (int r = 0; r < 3; r++) {
          t = System.nanoTime();
          SparseCodes c = pe.encode(x);
          double ms = (System.nanoTime() - t) / 1e6;
          INDArray err = e.residualError(c, w, null, x);
          System.out.printf(
              "  %.1f ms  l0 %.2f  fvu %.4f%n",
              ms,
              c.l0(),
              err.norm2Number().doubleValue()
                  * err.norm2Number().doubleValue()
                  / Math.pow(x.norm2Number().doubleValue(), 2));
        }
      }
  }
}
