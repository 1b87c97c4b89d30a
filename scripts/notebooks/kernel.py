#!/usr/bin/env python3
"""Writes the kernel spec of the notebooks: Java with sae4j on its class path.

    kernel.py DIRECTORY JAVA KERNEL_JAR CLASS_PATH LOGBACK DATA WORK SIZE

DIRECTORY/kernel.json is what Jupyter reads; the other arguments stand in it.
"""
import json
import os
import sys

directory, java, jar, class_path, logback, data, work, size = sys.argv[1:]
spec = {
    "display_name": "Java (sae4j)",
    "language": "java",
    "interrupt_mode": "message",
    "argv": [
        java, "-Xmx3g", "--add-modules", "jdk.incubator.vector", "-Djava.awt.headless=true",
        "-Dorg.bytedeco.javacpp.maxphysicalbytes=0", "-Dlogback.configurationFile=" + logback,
        "-cp", jar + os.pathsep + class_path,
        "org.rapaio.jupyter.kernel.MainApp", "{connection_file}",
    ],
    "env": {
        # the compiler of the cells has a class path of its own
        "RJK_CLASSPATH": class_path.replace(os.pathsep, ";"),
        "RJK_TIMEOUT_MILLIS": "-1",
        "OMP_WAIT_POLICY": "PASSIVE",
        "SAE4J_NOTEBOOK_DATA": data,
        "SAE4J_NOTEBOOK_WORK": work,
        "SAE4J_NOTEBOOK_SIZE": size,
    },
}
os.makedirs(directory, exist_ok=True)
with open(os.path.join(directory, "kernel.json"), "w", encoding="utf8") as out:
    json.dump(spec, out, indent=1)
