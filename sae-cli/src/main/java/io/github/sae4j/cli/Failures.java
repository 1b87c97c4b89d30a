package io.github.sae4j.cli;

import io.github.sae4j.cuda.driver.CudaException;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.train.TrainingDivergedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.nd4j.linalg.factory.Nd4jBackend;

/** Distinguishes user errors from internal errors, and words the former. */
final class Failures {
  private static final String OUR_PACKAGE = "io.github.sae4j.";

  private Failures() {}

  /** Returns the exception inside a concurrency or stream wrapper. */
  static Throwable cause(Throwable thrown) {
    boolean wrapper =
        thrown instanceof UncheckedIOException
            || thrown instanceof ExecutionException
            || thrown instanceof CompletionException;
    return wrapper && thrown.getCause() != null ? cause(thrown.getCause()) : thrown;
  }

  /**
   * Returns whether the input is to blame: files that cannot be read or written, and arguments
   * rejected by our own code. An argument rejected by another library is an internal error.
   * Diverging training is blamed on its settings, and a library that cannot be loaded or a GPU that
   * fails on the machine.
   */
  static boolean isWrongInput(Throwable cause) {
    if (cause instanceof IOException
        || cause instanceof TrainingDivergedException
        || cause instanceof CudaException
        || hasCause(cause, UnsatisfiedLinkError.class)
        || hasCause(cause, Nd4jBackend.NoAvailableBackendException.class)) {
      return true;
    }
    return (cause instanceof IllegalArgumentException || cause instanceof LinkageError)
        && isOurs(cause);
  }

  /** Returns whether our own code threw it. */
  private static boolean isOurs(Throwable thrown) {
    StackTraceElement[] trace = thrown.getStackTrace();
    return trace.length == 0 || trace[0].getClassName().startsWith(OUR_PACKAGE);
  }

  /** Returns a human-readable sentence. */
  static String sentence(Throwable cause) {
    if (cause instanceof OutOfMemoryError) {
      return "out of memory: " + messageOf(cause) + "; SAE_HEAP_MB sets the size of the Java heap";
    }
    boolean worded = cause instanceof LinkageError && isOurs(cause);
    if (!worded && hasCause(cause, UnsatisfiedLinkError.class)) {
      return "the native libraries cannot be loaded: they are unpacked in "
          + System.getProperty("org.bytedeco.javacpp.cachedir", System.getProperty("user.home"))
          + " and "
          + System.getProperty("java.io.tmpdir")
          + ", which must have free space and allow execution (set XDG_CACHE_HOME and TMPDIR to use others)";
    }
    if (hasCause(cause, Nd4jBackend.NoAvailableBackendException.class)) {
      return "ND4J has no backend that can run here: put sae-cpu on the class path, or on a machine with an NVIDIA GPU the CUDA backend";
    }
    if (cause instanceof MalformedFileException || !(cause instanceof IOException)) {
      return messageOf(cause);
    }
    return cause instanceof FileSystemException file ? sentence(file) : messageOf(cause);
  }

  private static boolean hasCause(Throwable thrown, Class<? extends Throwable> type) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        return true;
      }
    }
    return false;
  }

  private static String sentence(FileSystemException e) {
    String file = e.getFile() == null ? "a file" : e.getFile();
    if (e instanceof NoSuchFileException) {
      return file + " does not exist" + (e.getReason() == null ? "" : ": " + e.getReason());
    }
    if (e instanceof AccessDeniedException) {
      return file + " cannot be accessed: permission denied";
    }
    if (e instanceof NotDirectoryException) {
      return file + " is not a directory";
    }
    if (e instanceof FileAlreadyExistsException) {
      return file + " exists already";
    }
    if (e instanceof DirectoryNotEmptyException) {
      return file + " is a directory that is not empty";
    }
    String reason = e.getReason();
    return reason == null ? messageOf(e) : file + ": " + reason.toLowerCase(Locale.ROOT);
  }

  private static String messageOf(Throwable e) {
    String message = e.getMessage();
    return message == null || message.isBlank() ? e.getClass().getSimpleName() : oneLine(message);
  }

  /** Returns the text without line breaks. */
  static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
