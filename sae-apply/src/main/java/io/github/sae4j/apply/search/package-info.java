/** Retrieval by sparse codes, in an index of Apache Lucene. */
package io.github.sae4j.apply.search;
