package io.github.sae4j.format;

import java.nio.BufferUnderflowException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the pickle of a {@link TorchFile} without executing anything: only the names in {@link
 * TorchGlobals} are known, and only the operations that tensors, dictionaries, lists, numbers and
 * strings need (see Python's {@code pickletools}). Memory is bounded by the length of the program.
 */
final class TorchPickle {
  private static final int MOST_CONTAINERS = 1_000_000;
  private static final TorchValues.Opaque SET = new TorchValues.Opaque("a set");

  private final Path file;
  private final long begin;
  private final PickleProgram program;
  private final PickleStack stack = new PickleStack();
  private int containers;

  /**
   * @param begin position of the program in the file, for messages
   */
  TorchPickle(Path file, long begin, byte[] program) {
    this.file = file;
    this.begin = begin;
    this.program = new PickleProgram(program);
  }

  /**
   * Returns what the program builds: a Tensor, Map, List, Long, Double, String, Boolean, Storage,
   * Opaque, or another value without meaning for a reader.
   */
  Object run() throws MalformedFileException {
    int at = 0;
    try {
      while (true) {
        at = program.position();
        int operation = program.unsignedByte();
        if (operation == '.') {
          return stack.pop();
        }
        step(operation);
      }
    } catch (BufferUnderflowException e) {
      throw malformed(program.size(), "the pickle ends unexpectedly");
    } catch (IllegalArgumentException e) {
      throw malformed(at, "in the pickle, " + e.getMessage());
    }
  }

  private void step(int operation) {
    switch (operation) {
      case 0x80 -> program.unsignedByte(); // protocol
      case 0x95 -> program.int64(); // frame
      case '(' -> stack.mark();
      case '0' -> stack.pop();
      case '1' -> stack.toMark();
      case '2' -> stack.push(stack.peek());
      case 'N' -> stack.push(TorchValues.None.NONE);
      case 0x88 -> stack.push(true);
      case 0x89 -> stack.push(false);
      case 'J' -> stack.push((long) program.int32());
      case 'K' -> stack.push((long) program.unsignedByte());
      case 'M' -> stack.push((long) program.unsignedShort());
      case 0x8a -> stack.push(program.integer(program.unsignedByte()));
      case 0x8b -> stack.push(program.integer(program.int32()));
      case 'G' -> stack.push(program.bigEndianDouble());
      case 'X' -> stack.push(program.text(program.int32()));
      case 0x8c -> stack.push(program.text(program.unsignedByte()));
      case 0x8d -> stack.push(program.text(program.int64()));
      case 'C' -> stack.push(program.skip(program.unsignedByte()));
      case 'B' -> stack.push(program.skip(program.int32()));
      case 0x8e, 0x96 -> stack.push(program.skip(program.int64()));
      case 'U' -> stack.push(program.text(program.unsignedByte())); // a Python 2 str
      case 'T' -> stack.push(program.text(program.int32()));
      case 0x8f -> stack.push(SET);
      case 0x90 -> {
        stack.toMark();
        as(TorchValues.Opaque.class, stack.peek(), "set");
      }
      case 0x91 -> {
        stack.toMark();
        stack.push(SET);
      }
      case ']' -> stack.push(list(List.of()));
      case 'a' -> append(List.of(stack.pop()));
      case 'e' -> append(stack.toMark());
      case 'l' -> stack.push(list(stack.toMark()));
      case ')' -> stack.push(List.of());
      case 't' -> stack.push(list(stack.toMark()));
      case 0x85, 0x86, 0x87 -> stack.push(list(stack.popped(operation - 0x84)));
      case '}' -> stack.push(dictionary());
      case 'd' -> {
        List<Object> pairs = stack.toMark();
        stack.push(dictionary());
        putAll(pairs);
      }
      case 's' -> putAll(stack.popped(2));
      case 'u' -> putAll(stack.toMark());
      case 'c' -> stack.push(global(program.line() + "." + program.line()));
      case 0x93 -> {
        List<Object> names = stack.popped(2);
        stack.push(global(names.get(0) + "." + names.get(1)));
      }
      case 'R', 0x81 -> {
        List<?> arguments = as(List.class, stack.pop(), "arguments");
        stack.push(TorchGlobals.call(stack.pop(), arguments));
      }
      case 'b' -> {
        stack.pop(); // attributes of a dictionary, such as _metadata, say nothing about tensors
        if (!(stack.peek() instanceof TorchValues.Opaque)) {
          as(Map.class, stack.peek(), "dictionary that attributes belong to");
        }
      }
      case 'q' -> stack.remember(program.unsignedByte());
      case 'r' -> stack.remember(program.int32());
      case 0x94 -> stack.remember();
      case 'h' -> stack.push(stack.remembered(program.unsignedByte()));
      case 'j' -> stack.push(stack.remembered(program.int32()));
      case 'Q' -> stack.push(storage(as(List.class, stack.pop(), "description of a storage")));
      default ->
          throw new IllegalArgumentException(
              "operation 0x%02x is not needed for tensors".formatted(operation));
    }
  }

  private Object global(String name) {
    return TorchGlobals.named(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'"
                        + (name.length() > 120 ? name.substring(0, 120) + "…" : name)
                        + "' is requested, which no tensor needs: refused, because such a name could run any code"));
  }

  /** {@code ('storage', class, key, location, elements)}. */
  private static TorchValues.Storage storage(List<?> parts) {
    boolean whole =
        parts.size() == 5 && "storage".equals(parts.get(0)) && parts.get(2) instanceof String;
    if (whole && parts.get(1) instanceof TorchGlobals.Type type) {
      return new TorchValues.Storage(type, (String) parts.get(2));
    }
    if (whole && parts.get(1) == TorchGlobals.Function.UNTYPED_STORAGE) {
      return new TorchValues.Storage(null, (String) parts.get(2));
    }
    throw new IllegalArgumentException("a storage is not described as torch.save describes it");
  }

  private void putAll(List<Object> pairs) {
    if (pairs.size() % 2 != 0) {
      throw new IllegalArgumentException("a dictionary has a key without a value");
    }
    if (stack.peek() instanceof TorchValues.Opaque) {
      return;
    }
    Map<Object, Object> map = dictionaryAt(stack.peek());
    for (int i = 0; i < pairs.size(); i += 2) {
      map.put(TorchValues.key(pairs.get(i)), pairs.get(i + 1));
    }
  }

  @SuppressWarnings("unchecked") // all maps are made by dictionary() or TorchGlobals
  private static Map<Object, Object> dictionaryAt(Object value) {
    return as(Map.class, value, "dictionary");
  }

  @SuppressWarnings("unchecked") // lists are made by list()
  private void append(List<Object> values) {
    if (!(stack.peek() instanceof TorchValues.Opaque)) {
      as(ArrayList.class, stack.peek(), "list").addAll(values);
    }
  }

  private Map<Object, Object> dictionary() {
    countContainer();
    return new LinkedHashMap<>();
  }

  private List<Object> list(List<Object> values) {
    countContainer();
    return new ArrayList<>(values);
  }

  private void countContainer() {
    if (++containers > MOST_CONTAINERS) {
      throw new IllegalArgumentException("there are more lists than " + MOST_CONTAINERS);
    }
  }

  private static <T> T as(Class<T> type, Object value, String what) {
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException("expected a " + what + ", found something else");
    }
    return type.cast(value);
  }

  private MalformedFileException malformed(int at, String reason) {
    return new MalformedFileException(file, begin + at, reason);
  }
}
