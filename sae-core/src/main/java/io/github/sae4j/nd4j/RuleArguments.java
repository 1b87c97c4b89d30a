package io.github.sae4j.nd4j;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.EntryRule;
import io.github.sae4j.engine.Inputs;
import io.github.sae4j.engine.SparseCodes;
import java.util.List;

/** An {@link EntryRule} with its {@link Inputs} read to the heap. */
final class RuleArguments {
  private static final double[] NONE = {};

  private final EntryRule rule;
  private final double[] a;
  private final double[] b;
  private final double[] c;
  private final SparseCodes u; // null for none
  private final SparseCodes w; // null for none
  private final double p;
  private final double q;

  RuleArguments(EntryRule rule, Inputs inputs) {
    this.rule = rule;
    this.a = vector(inputs, 0);
    this.b = vector(inputs, 1);
    this.c = vector(inputs, 2);
    List<Codes> same = inputs.same();
    this.u = same.isEmpty() ? null : (SparseCodes) same.get(0);
    this.w = same.size() < 2 ? null : (SparseCodes) same.get(1);
    this.p = inputs.p().get();
    this.q = inputs.q().get();
  }

  private static double[] vector(Inputs inputs, int i) {
    return i < inputs.perLatent().size() ? inputs.perLatent().get(i).toDoubles() : NONE;
  }

  /** Returns the rule's result for entry {@code i} of codes. */
  double of(int i, int latent, double value) {
    return rule.of(
        value,
        at(a, latent),
        at(b, latent),
        at(c, latent),
        u == null ? 0 : u.value(i),
        w == null ? 0 : w.value(i),
        p,
        q);
  }

  private static double at(double[] values, int i) {
    return values.length == 0 ? 0 : values[i];
  }
}
