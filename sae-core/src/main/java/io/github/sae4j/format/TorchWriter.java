package io.github.sae4j.format;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes a dictionary as {@code torch.save} does: float32 tensors ({@link FloatTensor}), 0-d int32
 * tensors ({@link IntScalar}), vectors of int64 ({@link Longs}), Long, Double, Boolean, String and
 * dictionaries of these. PyTorch reads it with {@code weights_only=True}.
 */
public final class TorchWriter {
  private static final String FOLDER = "archive/";

  private TorchWriter() {}

  /** A tensor with a single int32. */
  public record IntScalar(int value) {}

  /** A vector of int64. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Longs(long[] values) {}

  /** Writes the file atomically: readers see the old file or the new one. */
  public static void write(Path target, Map<String, ?> dictionary) throws IOException {
    Pickler pickler = new Pickler();
    byte[] pickle = pickler.pickle(dictionary);
    AtomicFiles.write(
        target,
        out -> {
          StoredZip zip = new StoredZip(out);
          zip.add(FOLDER + "data.pkl", body -> body.write(pickle));
          zip.add(FOLDER + "byteorder", body -> body.write(ascii("little")));
          for (int i = 0; i < pickler.storages.size(); i++) {
            zip.add(FOLDER + "data/" + i, pickler.storages.get(i));
          }
          zip.add(FOLDER + "version", body -> body.write(ascii("3\n")));
          zip.finish();
        });
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Emits the operations of protocol 2; see Python's {@code pickletools}. */
  private static final class Pickler {
    final List<IoConsumer<OutputStream>> storages = new ArrayList<>();
    private final ByteArrayOutputStream program = new ByteArrayOutputStream();

    byte[] pickle(Map<String, ?> dictionary) {
      op(0x80).op(2);
      value(dictionary);
      op('.');
      return program.toByteArray();
    }

    private Pickler op(int operation) {
      program.write(operation);
      return this;
    }

    private void value(Object value) {
      if (value instanceof FloatTensor tensor) {
        tensor("FloatStorage", tensor.shape(), tensor::write);
      } else if (value instanceof IntScalar scalar) {
        byte[] bytes = littleEndian(Integer.BYTES).putInt(scalar.value()).array();
        tensor("IntStorage", List.of(), out -> out.write(bytes));
      } else if (value instanceof Longs longs) {
        byte[] bytes = new byte[Math.multiplyExact(longs.values().length, Long.BYTES)];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().put(longs.values());
        tensor("LongStorage", List.of((long) longs.values().length), out -> out.write(bytes));
      } else if (value instanceof Map<?, ?> map) {
        op('}').op('(');
        map.forEach(
            (key, each) -> {
              string((String) key);
              value(each);
            });
        op('u');
      } else if (value instanceof String text) {
        string(text);
      } else if (value instanceof Boolean on) {
        op(on ? 0x88 : 0x89);
      } else if (value instanceof Long number) {
        integer(number);
      } else if (value instanceof Double number) {
        op('G');
        program.writeBytes(ByteBuffer.allocate(Double.BYTES).putDouble(number).array());
      } else {
        throw new IllegalArgumentException("a .pt file cannot hold " + value);
      }
    }

    private void tensor(String storage, List<Long> shape, IoConsumer<OutputStream> body) {
      global("torch._utils", "_rebuild_tensor_v2");
      op('(').op('(');
      string("storage");
      global("torch", storage);
      string(String.valueOf(storages.size()));
      string("cpu");
      integer(shape.stream().reduce(1L, Math::multiplyExact));
      op('t').op('Q');
      integer(0);
      tuple(shape);
      tuple(TensorInfo.rowMajor(shape));
      op(0x89); // requires_grad
      global("collections", "OrderedDict");
      op(')').op('R').op('t').op('R');
      storages.add(body);
    }

    private void tuple(List<Long> numbers) {
      op('(');
      numbers.forEach(this::integer);
      op('t');
    }

    private void integer(long number) {
      op(0x8a).op(Long.BYTES);
      program.writeBytes(littleEndian(Long.BYTES).putLong(number).array());
    }

    private void string(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      op('X');
      program.writeBytes(littleEndian(Integer.BYTES).putInt(bytes.length).array());
      program.writeBytes(bytes);
    }

    private void global(String module, String name) {
      op('c');
      program.writeBytes(ascii(module + "\n" + name + "\n"));
    }

    private static ByteBuffer littleEndian(int bytes) {
      return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
  }
}
