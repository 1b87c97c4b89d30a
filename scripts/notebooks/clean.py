#!/usr/bin/env python3
"""Makes an executed notebook fit to be committed.

    clean.py EXECUTED TARGET FORBIDDEN ...

Leaves out times of execution, logs and identifiers of displays, and counts the cells anew. Fails if
an output holds an error or one of the FORBIDDEN strings, such as the path of a directory or the
name of the machine.
"""
import json
import re
import sys

source, target, *forbidden = sys.argv[1:]
with open(source, encoding="utf8") as file:
    notebook = json.load(file)

count = 0
for cell in notebook["cells"]:
    cell["metadata"] = {}
    if cell["cell_type"] != "code":
        continue
    count += 1
    cell["execution_count"] = count
    kept = []
    for output in cell["outputs"]:
        if output["output_type"] == "error":
            sys.exit(f"clean: cell {count} of {source} ended in an error")
        if output.get("name") == "stderr":
            continue
        output.pop("transient", None)
        output["metadata"] = {} if "metadata" in output else None
        if output["metadata"] is None:
            del output["metadata"]
        if "execution_count" in output:
            output["execution_count"] = count
        kept.append(output)
    cell["outputs"] = kept
    shown = json.dumps([{k: v for k, v in o.items() if k != "data" or "image/png" not in v} for o in kept])
    for text in forbidden:
        if text and text in shown:
            sys.exit(f"clean: an output of cell {count} of {source} holds '{text}'")
    if re.search(r"\b\d\d:\d\d:\d\d\b", shown):
        sys.exit(f"clean: an output of cell {count} of {source} holds a time of day")
notebook["metadata"] = {key: notebook["metadata"][key] for key in ("kernelspec", "language_info")}
notebook["metadata"]["language_info"] = {
    "file_extension": ".jshell", "mimetype": "text/x-java-source", "name": "java"}
with open(target, "w", encoding="utf8") as out:
    json.dump(notebook, out, indent=1, ensure_ascii=False)
    out.write("\n")
