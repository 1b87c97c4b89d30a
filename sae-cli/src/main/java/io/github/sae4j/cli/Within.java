package io.github.sae4j.cli;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The range of numbers that an option allows; without it, any finite number. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
@interface Within {

  /** Minimum, inclusive. */
  double from() default Double.NEGATIVE_INFINITY;

  /** Minimum, exclusive. */
  double above() default Double.NEGATIVE_INFINITY;

  /** Maximum, inclusive. */
  double to() default Double.POSITIVE_INFINITY;

  /** Maximum, exclusive. */
  double below() default Double.POSITIVE_INFINITY;
}
