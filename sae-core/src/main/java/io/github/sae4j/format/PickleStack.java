package io.github.sae4j.format;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The stack and the memo of a pickle. Methods throw {@link IllegalArgumentException} if a value is
 * missing.
 */
final class PickleStack {
  private static final Object MARK = new Object();

  private final Deque<Object> stack = new ArrayDeque<>();
  private final Map<Integer, Object> memo = new HashMap<>();

  void push(Object value) {
    stack.push(value);
  }

  /** Marks the start of a group. */
  void mark() {
    stack.push(MARK);
  }

  /** Remembers the top value under a number. */
  void remember(int index) {
    memo.put(index, peek());
  }

  /** Remembers the top value under the next number. */
  void remember() {
    remember(memo.size());
  }

  /** Returns a value that was remembered. */
  Object remembered(int index) {
    Object value = memo.get(index);
    if (value == null) {
      throw new IllegalArgumentException("value " + index + " is used before it is defined");
    }
    return value;
  }

  /** Returns the top value, which stays. */
  Object peek() {
    if (stack.isEmpty() || stack.peek() == MARK) {
      throw new IllegalArgumentException("a value is missing");
    }
    return stack.peek();
  }

  /** Takes the top value. */
  Object pop() {
    peek();
    return stack.pop();
  }

  /** Takes the top values, the deepest first. */
  List<Object> popped(int count) {
    List<Object> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      values.add(pop());
    }
    Collections.reverse(values);
    return values;
  }

  /** Takes the values above the mark, the deepest first, and the mark. */
  List<Object> toMark() {
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
}
