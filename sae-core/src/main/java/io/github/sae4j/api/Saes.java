package io.github.sae4j.api;

import io.github.sae4j.Provenance;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.checkpoint.SaeFormat;
import io.github.sae4j.checkpoint.StoredSae;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.MemorySource;
import io.github.sae4j.train.StoppedRun;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** Trains, loads and saves sparse autoencoders. */
public final class Saes {
  private Saes() {}

  /**
   * Prepares training on rows in memory, which are not copied.
   *
   * @param rows {@code [rows][width]}
   * @throws IllegalArgumentException if there are none, one is null or empty, or they differ in
   *     length; the message says which
   */
  public static SaeTraining train(float[][] rows) {
    return train(MemorySource.of(rows));
  }

  /**
   * Prepares training on the rows of a matrix, {@code [rows, width]}, which is copied.
   *
   * @throws IllegalArgumentException if {@code rows} is not a numeric matrix
   */
  public static SaeTraining train(INDArray rows) {
    return train(MemorySource.of(rows));
  }

  /**
   * Prepares training on the only tensor of a file, a dump or a directory of files, in any format
   * that {@code ActivationSources} reads: safetensors, npy, npz, torch's .pt, Arrow or raw.
   */
  public static SaeTraining train(Path activations) {
    return new SaeTraining(TrainingRows.at(activations, null));
  }

  /**
   * Prepares training on one tensor of a file, a dump or a directory of files.
   *
   * @param tensor name of the tensor or column
   */
  public static SaeTraining train(Path activations, String tensor) {
    return new SaeTraining(TrainingRows.at(activations, tensor));
  }

  /**
   * Prepares training on the features of an iterator's examples. The iterator is read once, from
   * its start if it can be reset, and its rows are kept on disk during training: in the run's
   * directory, or else in the system's temporary one. So the rows may exceed memory, and are
   * shuffled as a whole.
   *
   * <p>Each step of a time series {@code [batch, width, steps]} and each position of feature maps
   * {@code [batch, channels, height, width]} is a row; those that a features mask excludes are
   * skipped.
   */
  public static SaeTraining train(DataSetIterator examples) {
    return new SaeTraining(TrainingRows.of(examples));
  }

  /** Prepares training on the rows of a source, which the caller must close. */
  public static SaeTraining train(ActivationSource rows) {
    return new SaeTraining(TrainingRows.of(rows));
  }

  /**
   * Loads the dictionary at a path: a directory or file of this software or of any library in
   * {@link SaeFormat}, a training run, or the newest checkpoint of a run that has not ended.
   *
   * @throws NoSuchFileException if there is nothing at the path
   * @throws IllegalArgumentException if the path is not a dictionary; the message names any inside
   *     it
   * @throws io.github.sae4j.format.MalformedFileException if a file breaks its format
   */
  public static SparseAutoencoder load(Path path) throws IOException {
    return read(path).sae();
  }

  /**
   * Loads the dictionary at a path as {@link #load(Path)} does, in a given format rather than the
   * one that the names of its files suggest.
   */
  public static SparseAutoencoder load(Path path, SaeFormat format) throws IOException {
    return format.read(SaeFormat.locate(path)).sae();
  }

  static StoredSae read(Path path) throws IOException {
    if (SaeFormat.at(path).isEmpty() && StoppedRun.isAt(path)) {
      return StoppedRun.open(path).sae();
    }
    return SaeFormat.readAny(path);
  }

  /**
   * Writes a dictionary as a directory in this library's format, the same as SAELens', replacing an
   * SAE that is already there.
   *
   * @throws IllegalArgumentException if anything else is there, or the weights are not float32
   */
  public static void save(SparseAutoencoder sae, Path directory) throws IOException {
    save(sae, directory, SaeFormat.SAELENS);
  }

  /**
   * Writes a dictionary in a library's format, replacing one that is already there.
   *
   * @throws IllegalArgumentException if anything else is there, or the format cannot express the
   *     dictionary; the message says what the format lacks
   */
  public static void save(SparseAutoencoder sae, Path target, SaeFormat format) throws IOException {
    save(new StoredSae(sae, Provenance.UNKNOWN), target, format);
  }

  static void save(StoredSae stored, Path target, SaeFormat format) throws IOException {
    SaeFormat.requireReplaceable(target);
    format.write(target, stored);
  }
}
