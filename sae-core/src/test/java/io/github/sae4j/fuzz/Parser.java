package io.github.sae4j.fuzz;

import io.github.sae4j.checkpoint.SaeShape;
import io.github.sae4j.format.ArrowFile;
import io.github.sae4j.format.NpyFile;
import io.github.sae4j.format.NpzFile;
import io.github.sae4j.format.RawFile;
import io.github.sae4j.format.SafetensorsFile;
import io.github.sae4j.format.TensorFile;
import io.github.sae4j.format.TensorInfo;
import io.github.sae4j.format.TorchFile;
import io.github.sae4j.store.ActivationDump;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Everything here that reads files of strangers: opens one and reads what it says is there. */
enum Parser {
  SAFETENSORS("input.safetensors", "format/golden.safetensors", "format/bystanders.safetensors") {
    @Override
    void parse(Path file) throws IOException {
      readAll(SafetensorsFile.open(file));
    }
  },
  NPY("input.npy", "format/cube-f4-fortran.npy", "format/matrix-f2-big-endian.npy") {
    @Override
    void parse(Path file) throws IOException {
      readAll(NpyFile.open(file));
    }
  },
  NPZ("input.npz", "format/stored.npz", "format/deflated.npz", "format/bystanders.npz") {
    @Override
    void parse(Path file) throws IOException {
      readAll(NpzFile.open(file));
    }
  },
  TORCH(
      "input.pt",
      "format/views.pt",
      "format/nested.pt",
      "format/protocol4.pt",
      "format/list.pt",
      "format/bystanders-2.pt",
      "format/bystanders-5.pt") {
    @Override
    void parse(Path file) throws IOException {
      readAll(TorchFile.open(file));
    }
  },
  ARROW(
      "input.arrow",
      "format/saelens.arrow",
      "format/large-lists.arrow",
      "format/file.arrow",
      "format/footer.arrow",
      "format/unmarked.arrow",
      "format/slice.arrow") {
    @Override
    void parse(Path path) throws IOException {
      try (ArrowFile file = ArrowFile.open(path)) {
        for (List<TensorInfo> pieces : file.columns().values()) {
          for (TensorInfo piece : pieces) {
            int n = (int) Math.min(MOST, piece.elements());
            file.readFloats(piece, piece.elements() - n, n, new float[n], 0);
          }
        }
      }
    }
  },
  RAW("input.json", "fuzz/raw.json") {
    @Override
    void parse(Path description) throws IOException {
      Path rows = description.resolveSibling("input.bin");
      if (!Files.exists(rows)) {
        Files.write(rows, new byte[96]);
      }
      readAll(RawFile.open(rows));
    }
  },
  SAE_CONFIG(
      "cfg.json",
      "checkpoint/topk/cfg.json",
      "checkpoint/formats/saelens-3-topk/cfg.json",
      "fuzz/cfg.json") {
    @Override
    void parse(Path file) throws IOException {
      SaeShape.read(file.getParent());
    }
  },
  DUMP_MANIFEST("manifest.json", "fuzz/manifest.json") {
    @Override
    void parse(Path file) throws IOException {
      ActivationDump.open(file.getParent()).close();
    }
  };

  private static final int MOST = 1 << 12;

  private final String fileName;
  private final String seeds; // with a space between two

  Parser(String fileName, String... seeds) {
    this.fileName = fileName;
    this.seeds = String.join(" ", seeds);
  }

  /** Reads a file. */
  abstract void parse(Path file) throws IOException;

  /** What the file must be called. */
  String fileName() {
    return fileName;
  }

  /** Sound files to begin with, as resources. */
  List<String> seeds() {
    return List.of(seeds.split(" ", -1));
  }

  private static void readAll(TensorFile file) throws IOException {
    try (file) {
      for (TensorInfo tensor : file.tensors().values()) {
        int n = (int) Math.min(MOST, tensor.elements());
        if (tensor.dtype().isFloat()) {
          file.readFloats(tensor, tensor.elements() - n, n, new float[n], 0);
        } else {
          file.reader().readLongs(tensor, tensor.elements() - n, n, new long[n], 0);
        }
      }
    }
  }
}
