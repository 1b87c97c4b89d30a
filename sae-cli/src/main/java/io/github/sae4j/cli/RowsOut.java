package io.github.sae4j.cli;

import io.github.sae4j.format.DType;
import io.github.sae4j.format.FloatSource;
import io.github.sae4j.format.FloatTensor;
import io.github.sae4j.format.NpyWriter;
import io.github.sae4j.format.SafetensorsWriter;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.DumpCopy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.LongConsumer;

/**
 * Where a command writes rows, by the ending of the path: a {@code .npy} or {@code .safetensors}
 * file, or else a dump.
 */
record RowsOut(Path path, Kind kind) {
  private static final int ROWS_AT_A_TIME = 1024;

  private enum Kind {
    NPY,
    SAFETENSORS,
    DUMP
  }

  static RowsOut of(Path path) {
    String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
    if (name.endsWith(".npy")) {
      return new RowsOut(path, Kind.NPY);
    }
    return new RowsOut(path, name.endsWith(".safetensors") ? Kind.SAFETENSORS : Kind.DUMP);
  }

  boolean isDump() {
    return kind == Kind.DUMP;
  }

  /**
   * Rejects an existing file that must not be replaced; {@link DumpCopy} checks dumps itself.
   *
   * @throws IllegalArgumentException if it must not be replaced
   */
  void requireFree(boolean overwrite) throws IOException {
    if (!isDump()) {
      ReplacedFile.require(path, overwrite, file -> true, "");
    }
  }

  /**
   * Writes rows.
   *
   * @param tensor the name of the tensor; .npy files have none
   * @param dtype type of the values in a dump
   * @param progress receives the number of rows done
   */
  void write(
      ActivationSource rows,
      String model,
      String tensor,
      DType dtype,
      boolean overwrite,
      LongConsumer progress)
      throws IOException {
    if (isDump()) {
      new DumpCopy(path, dtype, 0, overwrite).ofRows(rows, model, tensor, progress);
      return;
    }
    FloatTensor values = FloatTensor.of(new Values(rows, progress), rows.rows(), rows.width());
    if (kind == Kind.NPY) {
      NpyWriter.write(path, values);
    } else {
      new SafetensorsWriter().floats(tensor, values).write(path);
    }
  }

  /** The values of rows, asked for in order. */
  private static final class Values implements FloatSource {
    private final ActivationSource rows;
    private final LongConsumer progress;
    private float[] held = {};
    private long from; // index of the first value held

    Values(ActivationSource rows, LongConsumer progress) {
      this.rows = rows;
      this.progress = progress;
    }

    @Override
    public void get(long first, float[] dst, int at, int count) throws IOException {
      int done = 0;
      while (done < count) {
        if (first + done >= from + held.length || first + done < from) {
          fill((first + done) / rows.width());
        }
        int skip = (int) (first + done - from);
        int n = Math.min(count - done, held.length - skip);
        System.arraycopy(held, skip, dst, at + done, n);
        done += n;
      }
    }

    private void fill(long row) throws IOException {
      int n = (int) Math.min(ROWS_AT_A_TIME, rows.rows() - row);
      held = new float[n * rows.width()];
      from = row * rows.width();
      rows.read(row, n, held, 0);
      progress.accept(row + n);
    }
  }
}
