package io.github.sae4j.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The files of a joined source while they are opened and compared. */
final class PartFiles {
  private final List<JoinedSource.Input> inputs = new ArrayList<>();
  private final List<ActivationDump> dumps = new ArrayList<>();
  private final List<String> models = new ArrayList<>();
  private final List<String> tensors = new ArrayList<>();

  private PartFiles() {}

  /** Opens all files, or none if one fails. */
  static JoinedSource open(List<PartFile> files, OnRead onRead) throws IOException {
    PartFiles opened = new PartFiles();
    try {
      for (PartFile file : files) {
        opened.add(file, onRead);
      }
      JoinedSource joined =
          JoinedSource.of(
              opened.inputs,
              join(opened.models.stream().distinct()),
              join(opened.tensors.stream()));
      opened.requireSameTokens();
      return joined;
    } catch (IOException | RuntimeException e) {
      opened.closeAfter(e);
      throw e;
    } finally {
      opened.dumps.forEach(ActivationDump::close);
    }
  }

  private void closeAfter(Exception failure) {
    try {
      JoinedSource.close(inputs);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private void add(PartFile file, OnRead onRead) throws IOException {
    ActivationSource source;
    if (DumpManifest.isIn(file.path())) {
      ActivationDump dump = ActivationDump.open(file.path(), onRead);
      dumps.add(dump);
      models.add(dump.manifest().model());
      source = dump.source(file.tensorOrNull());
    } else {
      source = ActivationSources.open(file.path(), file.tensorOrNull());
    }
    inputs.add(new JoinedSource.Input(file.name(), source));
    tensors.add(
        source instanceof FileSource rows && !rows.tensor().isEmpty()
            ? rows.tensor()
            : file.name());
  }

  private static String join(Stream<String> names) {
    return names.collect(Collectors.joining(" + "));
  }

  private void requireSameTokens() throws IOException {
    for (ActivationDump dump : dumps) {
      RowCorrespondence.require(dumps.get(0), dump);
    }
  }
}
