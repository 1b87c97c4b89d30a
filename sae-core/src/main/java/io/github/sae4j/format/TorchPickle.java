package io.github.sae4j.format;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Reads the pickle of a {@link TorchFile} without executing anything: only the names in {@link
 * TorchGlobals} are known, and only the operations that tensors, dictionaries, lists, numbers and
 * strings need (see Python's {@code pickletools}). Memory is bounded by the length of the program.
 */
final class TorchPickle {
  private static final int MOST_CONTAINERS = 1_000_000;
  private static final Object MARK = new Object();

  private final Path file;
  private final long begin;
  private final ByteBuffer program;
  private final Deque<Object> stack = new ArrayDeque<>();
  private final Map<Integer, Object> memo = new HashMap<>();
  private static final Opaque SET = new Opaque("a set");
  private int containers;

  /**
   * The numbers of a storage in a file.
   *
   * @param typeOrNull null if tensors carry their own type
   * @param key the entry of the zip file, below data/
   */
  record Storage(TorchGlobals.Type typeOrNull, String key) {}

  /**
   * A view of a storage: offset and strides in elements.
   *
   * @param negated whether its numbers are the stored ones with opposite sign
   */
  record Tensor(
      Storage storage,
      TorchGlobals.Type type,
      long offset,
      List<Long> shape,
      List<Long> strides,
      boolean negated) {

    boolean isRead() {
      return type.dtype() != null && (type.dtype().isFloat() || !negated);
    }
  }

  /**
   * A harmless value that is not read.
   *
   * @param what description for messages
   */
  record Opaque(String what) {}

  /** Python's None, which an ArrayDeque cannot hold as null. */
  enum None {
    NONE
  }

  /**
   * @param begin position of the program in the file, for messages
   */
  TorchPickle(Path file, long begin, byte[] program) {
    this.file = file;
    this.begin = begin;
    this.program = ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN);
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
        int operation = program.get() & 0xff;
        if (operation == '.') {
          return pop();
        }
        step(operation);
      }
    } catch (BufferUnderflowException e) {
      throw malformed(program.limit(), "the pickle ends unexpectedly");
    } catch (IllegalArgumentException e) {
      throw malformed(at, "in the pickle, " + e.getMessage());
    }
  }

  private void step(int operation) {
    switch (operation) {
      case 0x80 -> program.get(); // protocol
      case 0x95 -> program.getLong(); // frame
      case '(' -> stack.push(MARK);
      case '0' -> pop();
      case '1' -> toMark();
      case '2' -> stack.push(peek());
      case 'N' -> stack.push(None.NONE);
      case 0x88 -> stack.push(true);
      case 0x89 -> stack.push(false);
      case 'J' -> stack.push((long) program.getInt());
      case 'K' -> stack.push((long) (program.get() & 0xff));
      case 'M' -> stack.push((long) (program.getShort() & 0xffff));
      case 0x8a -> stack.push(integer(program.get() & 0xff));
      case 0x8b -> stack.push(integer(length(program.getInt())));
      case 'G' -> stack.push(bigEndianDouble());
      case 'X' -> stack.push(text(length(program.getInt())));
      case 0x8c -> stack.push(text(program.get() & 0xff));
      case 0x8d -> stack.push(text(length(program.getLong())));
      case 'C' -> stack.push(bytes(program.get() & 0xff));
      case 'B' -> stack.push(bytes(length(program.getInt())));
      case 0x8e, 0x96 -> stack.push(bytes(length(program.getLong())));
      case 'U' -> stack.push(text(program.get() & 0xff)); // a Python 2 str
      case 'T' -> stack.push(text(length(program.getInt())));
      case 0x8f -> stack.push(SET);
      case 0x90 -> {
        toMark();
        as(Opaque.class, peek(), "set");
      }
      case 0x91 -> {
        toMark();
        stack.push(SET);
      }
      case ']' -> stack.push(list(List.of()));
      case 'a' -> append(List.of(pop()));
      case 'e' -> append(toMark());
      case 'l' -> stack.push(list(toMark()));
      case ')' -> stack.push(List.of());
      case 't' -> stack.push(list(toMark()));
      case 0x85, 0x86, 0x87 -> stack.push(list(popped(operation - 0x84)));
      case '}' -> stack.push(dictionary());
      case 'd' -> {
        List<Object> pairs = toMark();
        stack.push(dictionary());
        putAll(pairs);
      }
      case 's' -> putAll(popped(2));
      case 'u' -> putAll(toMark());
      case 'c' -> stack.push(global(line() + "." + line()));
      case 0x93 -> {
        List<Object> names = popped(2);
        stack.push(global(names.get(0) + "." + names.get(1)));
      }
      case 'R', 0x81 -> {
        List<?> arguments = as(List.class, pop(), "arguments");
        stack.push(TorchGlobals.call(pop(), arguments));
      }
      case 'b' -> {
        pop(); // attributes of a dictionary, such as _metadata, say nothing about tensors
        if (!(peek() instanceof Opaque)) {
          as(Map.class, peek(), "dictionary that attributes belong to");
        }
      }
      case 'q' -> memo.put(program.get() & 0xff, peek());
      case 'r' -> memo.put(program.getInt(), peek());
      case 0x94 -> memo.put(memo.size(), peek());
      case 'h' -> stack.push(remembered(program.get() & 0xff));
      case 'j' -> stack.push(remembered(program.getInt()));
      case 'Q' -> stack.push(storage(as(List.class, pop(), "description of a storage")));
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
  private static Storage storage(List<?> parts) {
    boolean whole =
        parts.size() == 5 && "storage".equals(parts.get(0)) && parts.get(2) instanceof String;
    if (whole && parts.get(1) instanceof TorchGlobals.Type type) {
      return new Storage(type, (String) parts.get(2));
    }
    if (whole && parts.get(1) == TorchGlobals.Function.UNTYPED_STORAGE) {
      return new Storage(null, (String) parts.get(2));
    }
    throw new IllegalArgumentException("a storage is not described as torch.save describes it");
  }

  /**
   * Returns the key itself, or its text if it is not a string or integer. Containers are never
   * keys, because their hash would cover all their contents.
   */
  static Object key(Object key) {
    if (key instanceof String || key instanceof Long) {
      return key;
    }
    if (key instanceof List<?> tuple) {
      return tuple.stream().map(TorchPickle::scalar).collect(Collectors.joining(", ", "(", ")"));
    }
    if (key instanceof Map) {
      throw new IllegalArgumentException("a dictionary has a key that is not a string");
    }
    return scalar(key);
  }

  private static String scalar(Object value) {
    boolean isShort =
        value instanceof String || value instanceof Number || value instanceof Boolean;
    return isShort ? value.toString() : value instanceof Opaque opaque ? opaque.what() : "…";
  }

  private void putAll(List<Object> pairs) {
    if (pairs.size() % 2 != 0) {
      throw new IllegalArgumentException("a dictionary has a key without a value");
    }
    if (peek() instanceof Opaque) {
      return;
    }
    Map<Object, Object> map = dictionaryAt(peek());
    for (int i = 0; i < pairs.size(); i += 2) {
      map.put(key(pairs.get(i)), pairs.get(i + 1));
    }
  }

  @SuppressWarnings("unchecked") // all maps are made by dictionary() or TorchGlobals
  private static Map<Object, Object> dictionaryAt(Object value) {
    return as(Map.class, value, "dictionary");
  }

  @SuppressWarnings("unchecked") // lists are made by list()
  private void append(List<Object> values) {
    if (!(peek() instanceof Opaque)) {
      as(ArrayList.class, peek(), "list").addAll(values);
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

  private Object remembered(int index) {
    Object value = memo.get(index);
    if (value == null) {
      throw new IllegalArgumentException("value " + index + " is used before it is defined");
    }
    return value;
  }

  private Object peek() {
    if (stack.isEmpty() || stack.peek() == MARK) {
      throw new IllegalArgumentException("a value is missing");
    }
    return stack.peek();
  }

  private Object pop() {
    peek();
    return stack.pop();
  }

  private List<Object> popped(int count) {
    List<Object> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      values.add(pop());
    }
    Collections.reverse(values);
    return values;
  }

  private List<Object> toMark() {
    List<Object> values = new ArrayList<>();
    while (!stack.isEmpty() && stack.peek() != MARK) {
      values.add(stack.pop());
    }
    if (stack.isEmpty()) {
      throw new IllegalArgumentException("the start of a group is missing");
    }
    stack.pop();
    Collections.reverse(values);
    return values;
  }

  private Object integer(int length) {
    if (length > Long.BYTES) {
      program.position(program.position() + length(length));
      return new Opaque("an integer of " + length + " bytes");
    }
    long value = 0;
    for (int i = 0; i < length; i++) {
      long part = program.get();
      value |= (i == length - 1 ? part : part & 0xff) << (8 * i);
    }
    return value;
  }

  private Opaque bytes(int length) {
    program.position(program.position() + length(length));
    return new Opaque("bytes");
  }

  private double bigEndianDouble() {
    return Double.longBitsToDouble(Long.reverseBytes(program.getLong()));
  }

  private int length(long length) {
    if (length < 0 || length > program.remaining()) {
      throw new BufferUnderflowException();
    }
    return (int) length;
  }

  private String text(int length) {
    byte[] text = new byte[length(length)];
    program.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }

  private String line() {
    int from = program.position();
    int length = 0;
    while (program.get() != '\n') {
      length++;
    }
    return new String(program.array(), from, length, StandardCharsets.UTF_8);
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
