package io.github.sae4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.sae4j.format.KebabCase;
import io.github.sae4j.variant.TopK;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A setting has one name: in its group, in {@link TrainConfig}, its builder and files. */
class SettingNamesTest {
  /** The two that a builder begins with. */
  private static final Set<String> FIRST = Set.of("latents", "variant");

  /** Methods of the builder beside those of one setting each: values of several, and 0 in words. */
  private static final Set<String> SEVERAL =
      Set.of("resampling", "stopping", "initialWeights", "withoutTargetL0");

  private static List<RecordComponent> settings() {
    return Stream.of(TrainConfig.class.getRecordComponents())
        .flatMap(group -> Stream.of(group.getType().getRecordComponents()))
        .toList();
  }

  private static Set<String> builderMethods() {
    return Stream.of(TrainConfigBuilder.class.getDeclaredMethods())
        .filter(method -> Modifier.isPublic(method.getModifiers()))
        .filter(method -> method.getReturnType() == TrainConfigBuilder.class)
        .map(Method::getName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void everySettingOfAGroupCanBeReadFromTheWhole() throws Exception {
    Set<String> names = new HashSet<>();
    for (RecordComponent setting : settings()) {
      assertTrue(names.add(setting.getName()), setting.getName() + " is in two groups");
      Method accessor = TrainConfig.class.getMethod(setting.getName());
      assertEquals(setting.getType(), accessor.getReturnType(), setting.getName());
    }
  }

  /** What is read from the whole is what its group has. */
  @Test
  void theWholeHasTheValuesOfItsGroups() throws Exception {
    TrainConfig config = TrainConfig.builder(64, new TopK(4, 8, .03)).seed(9).batch(17).build();
    for (RecordComponent group : TrainConfig.class.getRecordComponents()) {
      Object settings = group.getAccessor().invoke(config);
      for (RecordComponent setting : group.getType().getRecordComponents()) {
        assertEquals(
            setting.getAccessor().invoke(settings),
            TrainConfig.class.getMethod(setting.getName()).invoke(config),
            setting.getName());
      }
    }
  }

  @Test
  void theBuilderHasAMethodForEverySettingUnderTheNameOfItsOption() {
    Set<String> options = new TreeSet<>();
    for (String setting :
        RunJson.fields(TrainConfig.builder(64, new TopK(4, 8, .03)).tokens(64).build()).keySet()) {
      String name = OptionNames.of(setting);
      if (!setting.startsWith("variant.") && !FIRST.contains(setting)) {
        options.add(name.startsWith("--") ? name : "--" + KebabCase.ofName(name));
      }
    }
    options.add("--epochs"); // which a run of so many tokens does not have
    Set<String> methods =
        builderMethods().stream()
            .filter(name -> !SEVERAL.contains(name))
            .map(name -> "--" + KebabCase.ofName(name))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(options, methods);
    assertTrue(builderMethods().containsAll(SEVERAL));
  }

  @Test
  void everyMetricIsAComponentInSnakeCase() throws Exception {
    TrainMetrics metrics = new TrainMetrics(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
    Map<String, Number> expected = new HashMap<>();
    Set<String> order = new LinkedHashSet<>();
    for (RecordComponent metric : TrainMetrics.class.getRecordComponents()) {
      String name = KebabCase.ofName(metric.getName()).replace('-', '_');
      order.add(name);
      expected.put(name, (Number) metric.getAccessor().invoke(metrics));
    }
    Map<?, ?> written = new ObjectMapper().readValue(RunJson.line(metrics), Map.class);
    assertEquals(List.copyOf(order), List.copyOf(written.keySet()));
    expected.forEach(
        (name, value) ->
            assertEquals(value.doubleValue(), ((Number) written.get(name)).doubleValue(), 0, name));
  }
}
