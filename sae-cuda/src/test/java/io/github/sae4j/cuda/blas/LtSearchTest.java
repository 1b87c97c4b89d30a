package io.github.sae4j.cuda.blas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where cublasLt is looked for, and in which order. */
class LtSearchTest {
  @TempDir private Path root;

  @AfterEach
  void forget() {
    System.clearProperty(CublasLt.PROPERTY);
  }

  private String library(String path) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.createFile(file).toString();
  }

  @Test
  void newerLibrariesComeFirstAndEachPlaceIsSearched() throws IOException {
    String toolkit13 = library("usr/local/cuda-13.0/lib64/libcublasLt.so.13");
    String home = library("opt/cuda/lib64/libcublasLt.so.12");
    String toolkit9 = library("usr/local/cuda-12.9/lib64/libcublasLt.so.12");
    String toolkit10 = library("usr/local/cuda-12.10/lib64/libcublasLt.so.12");
    String venv = library("venv/lib/python3.12/site-packages/nvidia/cublas/lib/libcublasLt.so.12");
    String wheel13 = library("venv/lib/python3.12/site-packages/nvidia/cu13/lib/libcublasLt.so.13");
    String user =
        library("me/.local/lib/python3.9/site-packages/nvidia/cublas/lib/libcublasLt.so.11");
    Path python = root.resolve("py/bin/python3");
    Files.createDirectories(python.getParent());
    assertTrue(Files.createFile(python).toFile().setExecutable(true));
    String path = library("py/lib/python3.11/site-packages/nvidia/cublas/lib/libcublasLt.so.12");
    String debian = library("usr/lib/python3/dist-packages/nvidia/cublas/lib/libcublasLt.so.12");
    Map<String, String> environment =
        Map.of(
            "CUDA_HOME", root.resolve("opt/cuda").toString(),
            "VIRTUAL_ENV", root.resolve("venv").toString(),
            "HOME", root.resolve("me").toString(),
            "PATH", "/nowhere::" + python.getParent());
    LtSearch search = new LtSearch(environment::get, root);
    List<String> twelve =
        List.of("libcublasLt.so.12", home, toolkit10, toolkit9, venv, path, debian);
    List<String> eleven = List.of("libcublasLt.so.11", user);
    List<String> all = search.candidates(13000);
    assertEquals(List.of("libcublasLt.so.13", toolkit13, wheel13), all.subList(0, 3));
    assertEquals(twelve, all.subList(3, 10));
    assertEquals(eleven, all.subList(10, 12));
    assertEquals(12, all.size());
    // a driver does not run libraries of a later major version
    assertEquals(all.subList(3, 12), search.candidates(12040));
    assertEquals(eleven, search.candidates(11000));
  }

  @Test
  void withoutAnyOfThemOnlyNamesAreTried() {
    assertEquals(
        List.of("libcublasLt.so.13", "libcublasLt.so.12", "libcublasLt.so.11"),
        new LtSearch(name -> null, root).candidates(14000));
  }

  @Test
  void librariesThatCannotBeLoadedArePassedOver() throws IOException {
    assertEquals(Optional.empty(), CublasLt.find(List.of("libnothing.so.7", library("a.so"))));
  }

  @Test
  void aLibraryThatTheUserNamesMustBeThere() {
    System.setProperty(CublasLt.PROPERTY, "/no/libcublasLt.so.13");
    String message =
        assertThrows(IllegalArgumentException.class, () -> CublasLt.find(13000)).getMessage();
    assertTrue(message.startsWith("cublasLt cannot be loaded from /no/libcublasLt.so.13"), message);
    assertEquals(1, message.lines().count());
    System.setProperty(CublasLt.PROPERTY, "none");
    assertEquals(Optional.empty(), CublasLt.find(13000));
  }
}
