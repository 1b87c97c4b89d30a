package io.github.sae4j.network;

import io.github.sae4j.format.DType;
import io.github.sae4j.store.DumpInfo;
import io.github.sae4j.store.DumpWriter;
import io.github.sae4j.store.RowOrigin;
import io.github.sae4j.store.TextRecord;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Writes the activations of a network's layers or vertices to a dump, several in one pass:
 *
 * <pre>{@code
 * new NetworkHarvester(NetworkView.of(net), List.of("dense")).labels(names).run(train, dump);
 * }</pre>
 *
 * <p>Each row records its example and its position in it: {@code example} is the example's index in
 * the iterator, {@code token} the time step of a series or the position in a feature map. An
 * example's record has the id {@code example-N}, its label, if any, as its concept, and both as its
 * text, so a report can show which examples activate a latent most; {@link #texts} replaces these
 * with other texts. Places harvested in one pass must have their rows at the same positions.
 */
public final class NetworkHarvester {
  private static final int ROWS_PER_SHARD = 1 << 16;

  private final NetworkView network;
  private final List<String> places;
  private String model = "";
  private List<String> labels = List.of();
  private IntFunction<? extends ExampleText> texts;
  private DType dtype = DType.F32;
  private boolean overwrite;

  /**
   * @param places at least one name from {@link NetworkView#places}
   */
  public NetworkHarvester(NetworkView network, List<String> places) {
    this.network = network;
    this.places = List.copyOf(places);
    if (places.isEmpty()) {
      throw new IllegalArgumentException("expected at least one layer or vertex, got none");
    }
    places.forEach(network::requirePlace);
  }

  /** Sets the network's name for the manifest. */
  public NetworkHarvester model(String name) {
    this.model = name;
    return this;
  }

  /** Sets the class names, in the order of the label columns; by default classes are numbered. */
  public NetworkHarvester labels(List<String> names) {
    this.labels = List.copyOf(names);
    return this;
  }

  /**
   * Sets the texts of the examples, which replace the example numbers and classes.
   *
   * @param ofExample returns the text of the example at an index in the iterator, from 0
   */
  public NetworkHarvester texts(IntFunction<? extends ExampleText> ofExample) {
    this.texts = ofExample;
    return this;
  }

  /** Sets how values are stored: F32 (default) or BF16. */
  public NetworkHarvester dtype(DType type) {
    this.dtype = type;
    return this;
  }

  /** Sets whether an existing dump may be replaced; default false. */
  public NetworkHarvester overwrite(boolean allowed) {
    this.overwrite = allowed;
    return this;
  }

  /**
   * Runs the network on all examples of the iterator, from its start.
   *
   * @return number of rows written
   * @throws IllegalArgumentException if the places differ in their rows, or there are no rows
   */
  public long run(DataSetIterator examples, Path dump) throws IOException {
    DumpWriter writer = null;
    long rows = 0;
    try {
      examples.reset();
      while (examples.hasNext()) {
        DataSet batch = examples.next();
        Map<String, Rows> found = rowsOf(batch);
        if (writer == null) {
          writer = DumpWriter.create(dump, info(found), overwrite);
        }
        rows += write(batch, found, writer);
      }
      if (writer == null) {
        throw new IllegalArgumentException("the iterator has no examples");
      }
      writer.finish();
      return rows;
    } finally {
      if (writer != null) {
        writer.close();
      }
    }
  }

  /**
   * The rows of a place.
   *
   * @param where the position of the rows
   * @param values {@code [count, width]}
   */
  private record Rows(ActivationRows where, FloatBuffer values) {
    int count() {
      return where.count();
    }

    int width() {
      return where.width();
    }
  }

  private Map<String, Rows> rowsOf(DataSet batch) {
    Map<String, Rows> found = new LinkedHashMap<>();
    network.look(
        batch,
        places,
        (place, activations) -> {
          if (places.contains(place)) {
            ActivationRows rows = network.rowsOf(place, activations, batch);
            found.put(place, new Rows(rows, FloatBuffer.wrap(rows.values())));
          }
          return activations;
        });
    Rows first = found.get(places.get(0));
    for (String place : places) {
      if (found.get(place).count() != first.count()) {
        throw new IllegalArgumentException(
            "'%s' has %,d rows in a batch, but '%s' has %,d; harvest them in separate runs"
                .formatted(places.get(0), first.count(), place, found.get(place).count()));
      }
    }
    return found;
  }

  private DumpInfo info(Map<String, Rows> found) {
    List<DumpInfo.Tensor> tensors = new ArrayList<>();
    int widest = 1;
    for (String place : places) {
      tensors.add(new DumpInfo.Tensor(place, found.get(place).width(), dtype));
      widest = Math.max(widest, found.get(place).width());
    }
    int perShard = Math.min(ROWS_PER_SHARD, Math.max(1, (1 << 26) / widest));
    return new DumpInfo(model, "", tensors, true, perShard);
  }

  private long write(DataSet batch, Map<String, Rows> found, DumpWriter writer) throws IOException {
    ActivationRows first = found.get(places.get(0)).where();
    int examples = (int) batch.getFeatures().size(0);
    int[] index = new int[examples];
    List<ExampleText> read = new ArrayList<>();
    for (int e = 0; e < examples; e++) {
      ExampleText text = text(writer.texts(), batch.getLabels(), e);
      index[e] = writer.addText(text.record());
      read.add(text);
    }
    List<float[]> values = places.stream().map(place -> found.get(place).values().array()).toList();
    int[] offsets = new int[values.size()];
    for (int row = 0; row < first.count(); row++) {
      for (int p = 0; p < offsets.length; p++) {
        offsets[p] = row * found.get(places.get(p)).width();
      }
      int example = first.example(row, examples);
      int position = first.position(row, examples);
      ExampleText text = read.get(example);
      writer.addRow(
          values,
          offsets,
          new RowOrigin(index[example], position, text.start(position), text.end(position)));
    }
    return first.count();
  }

  private ExampleText text(int number, INDArray labelsOrNull, int example) {
    return texts == null
        ? ExampleText.whole(record(number, labelsOrNull, example))
        : texts.apply(number);
  }

  private TextRecord record(int number, INDArray labelsOrNull, int example) {
    String id = "example-" + number;
    if (labelsOrNull != null && labelsOrNull.rank() == 2 && labelsOrNull.size(1) > 1) {
      int label = labelsOrNull.getRow(example).argMax().getInt(0);
      String name = label < labels.size() ? labels.get(label) : "class " + label;
      return new TextRecord(id, name + " (" + id + ")", List.of(name));
    }
    return new TextRecord(id, id, List.of());
  }
}
