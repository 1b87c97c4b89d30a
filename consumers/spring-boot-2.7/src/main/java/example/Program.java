package example;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.api.Saes;
import java.io.IOException;
import java.util.Random;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** A dictionary as a bean. */
@SpringBootApplication
public class Program {

  public static void main(String[] args) {
    SpringApplication.run(Program.class, args);
  }

  @Bean(destroyMethod = "free")
  SparseAutoencoder dictionary() throws IOException {
    return Saes.train(rows(10_000)).latents(32).topK(2).run().sae();
  }

  @Bean
  CommandLineRunner encode(SparseAutoencoder dictionary) {
    return args ->
        System.out.println(
            "trained "
                + dictionary.nLatents()
                + " latents; a row has "
                + dictionary.encode(rows(1)[0]));
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
