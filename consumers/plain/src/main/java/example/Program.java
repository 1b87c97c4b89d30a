package example;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.SparseCode;
import io.github.sae4j.api.Saes;
import io.github.sae4j.api.TrainedSae;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Trains a dictionary of rows in memory, saves it, loads it and encodes a row. */
public class Program {

  public static void main(String[] args) throws IOException {
    TrainedSae trained = Saes.train(rows(10_000)).latents(32).topK(2).run();
    Path directory = Files.createTempDirectory("sae").resolve("dictionary");
    trained.save(directory);
    SparseAutoencoder sae = Saes.load(directory);
    SparseCode code = sae.encode(rows(1)[0]);
    System.out.println("trained " + sae.nLatents() + " latents; a row has " + code);
  }

  /** Each row is one of eight directions, and noise. */
  private static float[][] rows(int count) {
    Random random = new Random(1);
    float[][] rows = new float[count][8];
    for (float[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        row[i] = .01f * random.nextFloat();
      }
      row[random.nextInt(8)] += 1;
    }
    return rows;
  }
}
