package io.github.sae4j.variant;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The name of a variant in settings and files: {@code topk}, {@code relu-l1}, … */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface VariantName {
  /** Returns the name, in lower case with hyphens. */
  String value();
}
