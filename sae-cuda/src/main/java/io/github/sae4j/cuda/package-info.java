/** What a GPU needs beside the ND4J CUDA backend: a check that the device can run its kernels. */
package io.github.sae4j.cuda;
