package io.github.sae4j.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.engine.Device;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchOptionsTest {
  private static final Path OUT = Path.of("target/bench.json");

  @Test
  void theWholeTableByDefault() {
    BenchOptions options = parse();
    assertEquals(BenchRow.TABLE, options.rows());
    assertEquals(5, options.rounds());
    assertEquals(OUT, options.out());
    assertNull(options.python());
    assertEquals(Device.CPU, options.device());
    assertEquals(Device.cuda(1), parse("--device", "cuda:1").device());
  }

  @Test
  void quickIsTheFirstRow() {
    BenchOptions options = parse("--quick", "--out", "x.json");
    assertEquals(BenchRow.TABLE.subList(0, 1), options.rows());
    assertEquals(3, options.rounds());
    assertEquals(Path.of("x.json"), options.out());
    assertEquals(7, parse("--quick", "--rounds", "7").rounds());
  }

  @Test
  void rowsByNumberAndName() {
    assertEquals(
        List.of(BenchRow.TABLE.get(2), BenchRow.TABLE.get(0)),
        parse("--rows", "3,topk-768-12288-f32").rows());
  }

  @Test
  void scalingAloneAndBehindRows() {
    assertEquals(BenchRow.SCALING, parse("--scaling").rows());
    List<BenchRow> both = new ArrayList<>(BenchRow.TABLE.subList(7, 8));
    both.addAll(BenchRow.SCALING);
    assertEquals(both, parse("--rows", "8", "--scaling").rows());
  }

  @Test
  void quickShortensOtherRowsToo() {
    BenchOptions options = parse("--quick", "--rows", "2", "--scaling");
    assertEquals(BenchRow.TABLE.get(1), options.rows().get(0));
    assertEquals(3, options.rows().size());
    assertEquals(parse("--quick").warmUp(), options.warmUp());
  }

  @Test
  void pytorchByName() {
    BenchOptions options = parse("--pytorch", "python3", "--pytorch-tuned");
    assertEquals("python3", options.python());
    assertTrue(options.tuned());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--fast | unknown option '--fast'; see --help",
        "--device gpu | a device must be auto, cpu, cuda or cuda:N with the number of a GPU, got 'gpu'",
        "--rounds | --rounds needs a value",
        "--rounds 0 | --rounds must be a positive whole number, got '0'",
        "--rounds two | --rounds must be a positive whole number, got 'two'",
        "--pytorch-tuned | --pytorch-tuned needs --pytorch PYTHON",
        "--pytorch /no/python | --pytorch: /no/python is not a program"
      })
  void wrongCommandLinesAreExplained(String arguments, String message) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> parse(arguments.split(" ")));
    assertEquals(message, e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({"0", "9", "topk", "''", "'1,'"})
  void unknownRowsAreRefusedWithTheKnownOnes(String rows) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> parse("--rows", rows));
    assertTrue(e.getMessage().contains("rows are 1 to 8: topk-768-12288-f32, "), e.getMessage());
  }

  private static BenchOptions parse(String... arguments) {
    return BenchOptions.parse(List.of(arguments), OUT);
  }
}
