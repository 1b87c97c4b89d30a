package io.github.sae4j.text;

import io.github.sae4j.format.MalformedFileException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import net.sf.extjwnl.JWNLException;
import net.sf.extjwnl.data.POS;
import net.sf.extjwnl.data.Pointer;
import net.sf.extjwnl.data.PointerType;
import net.sf.extjwnl.data.Word;
import net.sf.extjwnl.dictionary.Dictionary;

/**
 * Reads the WordNet database inside one of extJWNL's data jars. The jar need not be on the class
 * path: its dictionary files are unpacked into a temporary directory, which is deleted afterwards.
 */
final class WordNetDatabase {
  private static final String MARKER = "data.noun";

  private WordNetDatabase() {}

  /** Returns every synset in database order: nouns, verbs, adjectives, adverbs. */
  static List<Synset> read(Path jar) throws IOException {
    if (!Files.exists(jar)) {
      throw new NoSuchFileException(jar.toString());
    }
    Path directory = Files.createTempDirectory("wordnet");
    try {
      unpack(jar, directory);
      return readDirectory(jar, directory);
    } finally {
      delete(directory);
    }
  }

  private static void unpack(Path jar, Path directory) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      String parent =
          zip.stream()
              .map(ZipEntry::getName)
              .filter(name -> name.endsWith("/" + MARKER))
              .map(name -> name.substring(0, name.length() - MARKER.length()))
              .findFirst()
              .orElseThrow(
                  () -> new MalformedFileException(jar, -1, "no WordNet database: no " + MARKER));
      for (ZipEntry entry : Collections.list(zip.entries())) {
        String name = entry.getName();
        if (name.startsWith(parent) && name.indexOf('/', parent.length()) < 0) {
          copy(zip, entry, directory, name.substring(parent.length()));
        }
      }
    } catch (ZipException e) {
      throw new MalformedFileException(jar, -1, "not a jar file: " + e.getMessage());
    }
  }

  private static void copy(ZipFile zip, ZipEntry entry, Path directory, String name)
      throws IOException {
    if (entry.isDirectory() || name.contains("..") || name.contains("\\")) {
      return;
    }
    try (InputStream in = zip.getInputStream(entry)) {
      Files.copy(in, directory.resolve(name));
    }
  }

  private static List<Synset> readDirectory(Path jar, Path directory) throws IOException {
    try {
      Dictionary dictionary = Dictionary.getFileBackedInstance(directory.toString());
      try {
        List<Synset> synsets = new ArrayList<>();
        for (POS pos : POS.getAllPOS()) {
          Iterator<net.sf.extjwnl.data.Synset> all = dictionary.getSynsetIterator(pos);
          while (all.hasNext()) {
            synsets.add(convert(all.next()));
          }
        }
        return synsets;
      } finally {
        dictionary.close();
      }
    } catch (JWNLException | RuntimeException e) {
      throw new MalformedFileException(
          jar, -1, "cannot read the WordNet database: " + e.getMessage());
    }
  }

  private static Synset convert(net.sf.extjwnl.data.Synset synset) throws JWNLException {
    List<String> parents = new ArrayList<>();
    for (Pointer pointer : synset.getPointers()) {
      PointerType type = pointer.getType();
      if (type == PointerType.HYPERNYM || type == PointerType.INSTANCE_HYPERNYM) {
        parents.add(key(pointer.getTargetPOS(), pointer.getTargetOffset()));
      }
    }
    List<Word> words = synset.getWords();
    return new Synset(
        key(synset.getPOS(), synset.getOffset()),
        words.stream().map(Word::getLemma).toList(),
        synset.getLexFileName(),
        words.get(0).getLexId(),
        synset.getGloss().strip(),
        parents);
  }

  private static String key(POS pos, long offset) {
    return String.format(Locale.ROOT, "%s.%08d", pos.getKey(), offset);
  }

  private static void delete(Path directory) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
