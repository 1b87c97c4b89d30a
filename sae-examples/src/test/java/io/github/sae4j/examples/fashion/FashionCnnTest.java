package io.github.sae4j.examples.fashion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.variant.ReluL1;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

class FashionCnnTest {
  @TempDir Path directory;

  @Test
  void runsOnBars() throws IOException {
    Bars.write(directory, "train", 1000);
    Bars.write(directory, "t10k", 200);
    Path out = directory.resolve("out");
    List<String> lines = FashionCnn.run(directory, out, 1000);
    assertTrue(lines.get(0).startsWith("original accuracy 1.0000"), lines.get(0));
    assertTrue(lines.get(5).startsWith("k = 32   accuracy "), lines.get(5));
    assertTrue(lines.get(6).startsWith("latent "), lines.get(6));
    assertEquals(3 + 3 + 10, lines.size());
    var picture = ImageIO.read(out.resolve("latents.png").toFile());
    assertEquals(10 * 57 + 1, picture.getWidth());
    assertEquals(10 * 57 + 1, picture.getHeight());
    List<AveragedWorkers.Result> ways =
        AveragedWorkers.run(out.resolve("activations"), out, Integer.MAX_VALUE);
    assertEquals("2 workers, averaged every step", ways.get(1).title());
    for (AveragedWorkers.Result way : ways) {
      double first = way.fvu().values().get(0);
      assertTrue(way.last() > 0 && way.last() < first, way + ", began at " + first);
    }
    assertTrue(ImageIO.read(out.resolve("averaging.png").toFile()).getWidth() > 0);
  }

  @Test
  void strongerPenaltiesLeaveFewerLatents() throws IOException {
    Bars.write(directory, "train", 1000);
    Bars.write(directory, "t10k", 200);
    List<SparseClassifier.Result> results = SparseClassifier.run(directory, 1000, 4);
    assertEquals(4, results.size());
    assertEquals(1, results.get(1).accuracy(), .01);
    for (int i = 1; i < results.size(); i++) {
      double before = results.get(i - 1).l0();
      assertTrue(results.get(i).l0() < before, results.toString());
    }
  }

  /** Only latent 0 supports class 0; without it the examples become class 1. */
  @Test
  void findsAClassThatDependsOnALatent() {
    SparseAutoencoder axes =
        new SparseAutoencoder(
            new SaeParameters(
                Nd4j.eye(2).castTo(DataType.FLOAT).dup('f'),
                Nd4j.zeros(DataType.FLOAT, 2),
                Nd4j.eye(2).castTo(DataType.FLOAT),
                Nd4j.zeros(DataType.FLOAT, 2)),
            new ReluL1(0, ReluL1.Weighting.PLAIN));
    ClassLatents latents =
        new ClassLatents(
            axes,
            Nd4j.createFromArray(new float[][] {{3, 0}, {2, 0}, {0, 5}, {1, 4}}),
            Nd4j.eye(2).castTo(DataType.FLOAT),
            Nd4j.createFromArray(new float[] {0, .5f}),
            new int[] {0, 0, 1, 1});
    List<ClassLatents.Finding> found = latents.hardest(5);
    assertEquals(new ClassLatents.Finding(0, 0, 1, .75), found.get(0));
    assertEquals(1, found.get(1).latent());
    assertEquals(.5, found.get(1).fraction()); // one of the two becomes class 0, the other stays
    assertArrayEquals(new int[] {0, 1}, latents.strongest(0, 2));
  }

  @Test
  void damagedFilesAreNamed() throws IOException {
    Bars.write(directory, "train", 5);
    Path labels = directory.resolve("train-labels-idx1-ubyte.gz");
    Files.delete(labels);
    Files.move(directory.resolve("train-images-idx3-ubyte.gz"), labels);
    try (DataOutputStream images = Bars.open(directory, "train-images-idx3-ubyte.gz")) {
      images.writeInt(0x803);
      images.writeInt(9);
    }
    MalformedFileException cut =
        assertThrows(MalformedFileException.class, () -> IdxImages.read(directory, "train", 100));
    assertTrue(cut.getMessage().contains("ends within a picture"), cut.getMessage());
    Bars.write(directory, "train", 5);
    Files.copy(
        directory.resolve("train-images-idx3-ubyte.gz"),
        labels,
        StandardCopyOption.REPLACE_EXISTING);
    MalformedFileException kind =
        assertThrows(MalformedFileException.class, () -> IdxImages.read(directory, "train", 100));
    assertTrue(kind.getMessage().contains("of kind 0x801, found 0x803"), kind.getMessage());
  }
}
