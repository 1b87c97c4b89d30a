package io.github.sae4j.cli;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The numbers that an option allows; without it, every finite number. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
@interface Within {

  /** The least. */
  double from() default Double.NEGATIVE_INFINITY;

  /** What it must exceed. */
  double above() default Double.NEGATIVE_INFINITY;

  /** The most. */
  double to() default Double.POSITIVE_INFINITY;

  /** What it must stay below. */
  double below() default Double.POSITIVE_INFINITY;
}
