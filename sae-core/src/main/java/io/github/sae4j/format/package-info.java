/**
 * Bytes on disk: safetensors and npy, read and written. Every reader checks bounds before it
 * allocates and never executes what it reads; every writer replaces a file completely or not at
 * all.
 */
package io.github.sae4j.format;
