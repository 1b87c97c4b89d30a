package io.github.sae4j.store;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Names of the files in a dump, and of the tensors in a shard that say where rows came from. */
final class ShardLayout {
  static final String MANIFEST = "manifest.json";
  static final String TEXTS = "texts.jsonl";

  static final String EXAMPLE = "example";
  static final String TOKEN = "token";
  static final String START = "start";
  static final String END = "end";

  /** The I32 tensors {@code [rows]} of every shard. */
  static final List<String> ORIGINS = List.of(EXAMPLE, TOKEN, START, END);

  private static final Pattern SHARD = Pattern.compile("shard-\\d{5,}\\.safetensors");

  private ShardLayout() {}

  static boolean isReserved(String tensor) {
    return tensor.isEmpty() || tensor.startsWith("__") || ORIGINS.contains(tensor);
  }

  /** Whether a dump may have a file of this name. */
  static boolean isFile(String name) {
    return name.equals(MANIFEST) || name.equals(TEXTS) || SHARD.matcher(name).matches();
  }

  static String shardFile(int index) {
    return String.format(Locale.ROOT, "shard-%05d.safetensors", index);
  }
}
