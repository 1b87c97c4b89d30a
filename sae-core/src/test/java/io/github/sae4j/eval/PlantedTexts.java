package io.github.sae4j.eval;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.format.DType;
import io.github.sae4j.store.ActivationDump;
import io.github.sae4j.store.DumpInfo;
import io.github.sae4j.store.DumpWriter;
import io.github.sae4j.store.RowOrigin;
import io.github.sae4j.store.TextRecord;
import io.github.sae4j.variant.TopK;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A dump whose rows are sums of known directions, one per word of a text. Words with a meaning give
 * their text a concept; fillers do not. The dictionary that knows the directions must label each
 * with its concept.
 */
public final class PlantedTexts {
  public static final String TENSOR = "layer/output";
  public static final List<String> WORDS =
      List.of("the", "of", "a", "dog", "river", "violin", "</script>", "bread & <b>butter</b>");
  public static final int FILLERS = 3;
  private static final int WIDTH = 16;

  private PlantedTexts() {}

  /** Returns the name of the concept that a word gives to a text. */
  public static String concept(int word) {
    return "about " + WORDS.get(word);
  }

  /** Writes a dump in which each meaningful word occurs in 4 % of the texts. */
  public static ActivationDump write(Path directory, int texts) throws IOException {
    return write(directory, texts, -1);
  }

  /** Writes the same dump with a NaN in one text. */
  static ActivationDump write(Path directory, int texts, int notFinite) throws IOException {
    Random random = new Random(7);
    float[][] directions = directions();
    DumpInfo info =
        new DumpInfo(
            "toy-model",
            "words",
            List.of(new DumpInfo.Tensor(TENSOR, WIDTH, DType.F32)),
            false,
            1000);
    try (DumpWriter writer = DumpWriter.create(directory, info)) {
      for (int text = 0; text < texts; text++) {
        addText(writer, text, words(text, random), text == notFinite, directions, random);
      }
      writer.finish();
    }
    return ActivationDump.open(directory);
  }

  /** Returns three fillers and, for every fifth text of each run of 25, a word with a meaning. */
  private static List<Integer> words(int text, Random random) {
    List<Integer> words = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      words.add(random.nextInt(FILLERS));
    }
    int slot = text % 25;
    if (slot < WORDS.size() - FILLERS) {
      words.add(random.nextInt(words.size() + 1), FILLERS + slot);
    }
    return words;
  }

  private static void addText(
      DumpWriter writer,
      int id,
      List<Integer> words,
      boolean notFinite,
      float[][] directions,
      Random random)
      throws IOException {
    String text = String.join(" ", words.stream().map(WORDS::get).toList());
    List<String> concepts =
        words.stream().filter(word -> word >= FILLERS).map(PlantedTexts::concept).toList();
    int example = writer.addText(new TextRecord("text-" + id, text, concepts));
    int start = 0;
    for (int token = 0; token < words.size(); token++) {
      int word = words.get(token);
      float[] row = directions[word].clone();
      float strength = 1 + random.nextFloat();
      for (int j = 0; j < WIDTH; j++) {
        row[j] *= strength;
      }
      if (notFinite) {
        row[1] = Float.NaN;
      }
      int end = start + WORDS.get(word).length();
      writer.addRow(List.of(row), new int[] {0}, new RowOrigin(example, token, start, end));
      start = end + 1;
    }
  }

  /** Returns a dictionary in which latent i stands for word i; one more latent never fires. */
  public static SparseAutoencoder dictionary() {
    float[][] directions = directions();
    int nLatents = WORDS.size() + 1;
    float[][] rows = Arrays.copyOf(directions, nLatents);
    rows[nLatents - 1] = new float[WIDTH];
    return dictionary(rows, 1);
  }

  /** Returns a TopK dictionary with tied weights and no biases. */
  public static SparseAutoencoder dictionary(float[][] wDec, int k) {
    var decoder = Nd4j.createFromArray(wDec);
    return new SparseAutoencoder(
        new SaeParameters(
            decoder.transpose(),
            Nd4j.createFromArray(new float[wDec.length]),
            decoder,
            Nd4j.createFromArray(new float[wDec[0].length])),
        new TopK(k, 0, 0));
  }

  /** Rows of a Hadamard matrix: orthogonal, with every neuron involved in every word. */
  private static float[][] directions() {
    float[][] directions = new float[WORDS.size()][WIDTH];
    for (int word = 0; word < directions.length; word++) {
      for (int j = 0; j < WIDTH; j++) {
        directions[word][j] = Integer.bitCount((word + 1) & j) % 2 == 0 ? 0.25f : -0.25f;
      }
    }
    return directions;
  }
}
