package io.github.sae4j.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Finds the files of a folder, list or pattern that hold rows, each file once. */
class RowFolderTest {
  @TempDir Path dir;
  private Path set;

  /**
   * Writes a data set like Hugging Face's {@code save_to_disk}, with the files that it caches in
   * use.
   */
  @BeforeEach
  void writeDataSet() throws IOException {
    set = Files.createDirectories(dir.resolve("set"));
    copy("saelens.arrow", set.resolve("data-00000-of-00001.arrow"));
    copy("saelens.arrow", set.resolve("cache-0123456789abcdef.arrow"));
    Files.writeString(
        set.resolve("state.json"),
        "{\"_data_files\": [{\"filename\": \"data-00000-of-00001.arrow\"}], \"x\": NaN}");
  }

  private static void copy(String golden, Path to) throws IOException {
    try {
      Path from =
          Path.of(
              Objects.requireNonNull(RowFolderTest.class.getResource("/format/" + golden)).toURI());
      Files.copy(from, to);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long rows(Path path) throws IOException {
    try (ActivationSource source = ActivationSources.open(path, null)) {
      return source.rows();
    }
  }

  private static String refusal(Path path) {
    return assertThrows(Exception.class, () -> ActivationSources.open(path, null)).getMessage();
  }

  @Test
  void filesCachedByHuggingFaceAreIgnored() throws IOException {
    assertEquals(6, rows(set));
    Files.delete(set.resolve("state.json"));
    assertEquals(6, rows(set));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"_data_files\": [{\"filename\": \"none.arrow\"}]}|none.arrow is missing",
        "{\"_data_files\": [{\"filename\": \"../set/../a.arrow\"}]}|not a file in its directory",
        "{\"_data_files\": [{}]}|not a file in its directory",
        "{\"_indices_files\": [{\"filename\": \"i.arrow\"}]}|flatten_indices",
        "[]|expected a JSON object"
      })
  void unsupportedStatesAreRefused(String state, String expected) throws IOException {
    Files.writeString(set.resolve("state.json"), state);
    assertTrue(refusal(set).contains(expected), refusal(set));
  }

  @Test
  void aDataSetOfSeveralPartsIsRefusedListingThem() throws IOException {
    Files.writeString(dir.resolve("dataset_dict.json"), "{\"splits\": [\"set\", \"test\"]}");
    assertTrue(
        refusal(dir).endsWith("name one: " + set + ", " + dir.resolve("test")), refusal(dir));
  }

  @Test
  void hiddenFilesAreIgnored() throws IOException {
    Path folder = Files.createDirectories(dir.resolve("mac/__MACOSX")).getParent();
    copy("matrix-f4.npy", folder.resolve("a.npy"));
    long one = rows(folder.resolve("a.npy"));
    for (String name : new String[] {"._a.npy", ".DS_Store", ".b.npz", "__MACOSX/._a.npy"}) {
      Files.write(folder.resolve(name), new byte[] {0, 5, 22, 7});
    }
    copy("matrix-f4.npy", folder.resolve("__MACOSX/b.npy"));
    assertEquals(one, rows(folder));
    assertEquals(one, rows(folder.resolve("*")));
    assertEquals(one, rows(folder.resolve("**.npy")));
    copy("matrix-f4.npy", folder.resolve(".hidden.npy"));
    assertEquals(one, rows(folder.resolve(".h*.npy")));
  }

  @Test
  void aFileThatIsNamedTwiceIsRefused() throws IOException {
    copy("matrix-f4.npy", dir.resolve("a.npy"));
    Path same = dir.resolve("set/../a.npy");
    for (String list :
        new String[] {"a.npy," + dir + "/a.npy", "a.npy," + same, "a.npy," + dir + "/*.npy"}) {
      String message = refusal(Path.of(dir + "/" + list));
      assertTrue(message.contains(" its rows would count twice"), message);
    }
  }

  @Test
  void aFileThatIsFoundTwiceThroughALinkIsRefused() throws IOException {
    Path folder = Files.createDirectories(dir.resolve("links"));
    Path file = folder.resolve("a.npy");
    copy("matrix-f4.npy", file);
    for (boolean isHard : new boolean[] {true, false}) {
      Path link = folder.resolve("b.npy");
      if (isHard) {
        Files.createLink(link, file);
      } else {
        Files.createSymbolicLink(link, file);
      }
      for (String path : new String[] {"", "/*.npy", "/a.npy," + folder + "/b.npy"}) {
        assertEquals(
            file + " and " + link + " are the same file: its rows would count twice",
            refusal(Path.of(folder + path)));
      }
      assertEquals(5, rows(link));
      Files.delete(link);
    }
    assertEquals(5, rows(folder));
  }

  @Test
  void linksAreFollowedOnce() throws IOException {
    Path folder = Files.createDirectories(dir.resolve("real"));
    copy("matrix-f4.npy", folder.resolve("a.npy"));
    long one = rows(folder);
    Path link = Files.createSymbolicLink(dir.resolve("link"), folder);
    assertEquals(one, rows(link));
    assertEquals(one, rows(link.resolve("*.npy")));
    Files.createSymbolicLink(folder.resolve("loop"), folder);
    Files.createSymbolicLink(folder.resolve("nowhere.npy"), dir.resolve("none"));
    assertEquals(one, rows(folder.resolve("**.npy")));
    Path self = Files.createSymbolicLink(dir.resolve("self.npy"), dir.resolve("self.npy"));
    assertTrue(refusal(self).contains("self.npy"), refusal(self));
  }

  @Test
  void aMalformedPatternIsRefusedUnlessAFileHasThatName() throws IOException {
    Path odd = dir.resolve("a[1.npy");
    String message = refusal(odd);
    assertTrue(message.contains("a[1.npy is neither a file nor a pattern"), message);
    copy("matrix-f4.npy", odd);
    copy("matrix-f4.npy", dir.resolve("b.npy"));
    assertEquals(rows(odd), rows(dir.resolve("b.npy")));
    assertEquals(2 * rows(odd), rows(Path.of(odd + "," + dir.resolve("b.npy"))));
  }

  @Test
  void filesWithoutRowsAreAllowedAmongOthersButNotAlone() throws IOException {
    copy("no-rows-f4.npy", dir.resolve("a.npy"));
    String message = refusal(dir.resolve("a.npy"));
    assertTrue(message.endsWith("a.npy holds no rows"), message);
    copy("no-rows-f4.npy", dir.resolve("b.npy"));
    message = refusal(dir.resolve("*.npy"));
    assertTrue(message.endsWith("a.npy and the files after it hold no rows"), message);
    copy("matrix-f4.npy", dir.resolve("c.npy"));
    assertEquals(rows(dir.resolve("c.npy")), rows(dir.resolve("*.npy")));
  }
}
