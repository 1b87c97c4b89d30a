package example;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.api.Saes;
import java.io.IOException;
import java.util.Random;

/** Trains and encodes. */
public class Program {

  public static void main(String[] args) throws IOException {
    SparseAutoencoder sae = Saes.train(rows(10_000)).latents(32).topK(2).run().sae();
    System.out.println(
        "trained " + sae.nLatents() + " latents; a row has " + sae.encode(rows(1)[0]));
  }

  /** Each row is one of eight directions, and noise. */
  private static float[][] rows(int count) {
    Random random = new Random(1);
    float[][] rows = new float[count][8];
    for (float[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        row[i] = .01f * random.nextFloat();
      }
      row[random.nextInt(row.length)] += 1;
    }
    return rows;
  }
}
