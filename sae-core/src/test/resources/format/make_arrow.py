"""Writes the Arrow files that the format tests read back: what Hugging Face's datasets save, and
plain Arrow files and streams. Needs pyarrow 25 and datasets 5.

    python3 make_arrow.py
"""

import pathlib
import shutil
import tempfile

import datasets
import numpy as np
import pyarrow as pa

HERE = pathlib.Path(__file__).parent
NAME = "blocks.0.hook_resid_post"


def ramp(*shape):
    """0.5·i − 3 in C order: exact in every float type."""
    return (np.arange(np.prod(shape)) * 0.5 - 3).reshape(shape).astype("<f4")


def hugging_face(name, columns, features, batch=None):
    """The one file that save_to_disk writes."""
    rows = len(next(iter(columns.values())))
    made = datasets.Dataset.from_dict(columns, features=datasets.Features(features))
    with tempfile.TemporaryDirectory() as folder:
        made.save_to_disk(folder)
        (written,) = pathlib.Path(folder).glob("*.arrow")
        shutil.copy(written, HERE / name)
    assert rows == len(made)


# as SAELens caches activations: a row for each context
hugging_face(
    "saelens.arrow",
    {NAME: list(ramp(3, 2, 4)), "token_ids": [[1, 2], [3, 4], [5, 6]]},
    {
        NAME: datasets.Array2D((2, 4), "float32"),
        "token_ids": datasets.Sequence(datasets.Value("int32"), length=2),
    },
)
hugging_face(
    "lists.arrow",
    {"a": ramp(5, 4).tolist(), "text": ["a", "b", None, "d", "e"]},
    {"a": datasets.Sequence(datasets.Value("float32")), "text": datasets.Value("string")},
)


def stream(name, batches, schema, file=False, **options):
    write = pa.ipc.new_file if file else pa.ipc.new_stream
    with write(str(HERE / name), schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
        for batch in batches:
            writer.write_batch(batch)


def fixed(values, dtype):
    flat = pa.array(np.ascontiguousarray(values).astype(dtype).reshape(-1))
    return pa.FixedSizeListArray.from_arrays(flat, values.shape[1])


def batches(make, sizes, width=4):
    rows, at = ramp(sum(sizes), width), 0
    for size in sizes:
        yield pa.record_batch([make(rows[at : at + size])], names=["a"])
        at += size


def lists(values):
    return pa.array(values.tolist(), pa.list_(pa.float32()))


def large_lists(values):
    return pa.array(values.tolist(), pa.large_list(pa.float32()))


for name, make, more in [
    ("fixed.arrow", lambda v: fixed(v, "<f4"), {}),
    ("halves.arrow", lambda v: fixed(v, "<f2"), {}),
    ("doubles.arrow", lambda v: fixed(v, "<f8"), {}),
    ("large-lists.arrow", large_lists, {}),
    ("file.arrow", lambda v: fixed(v, "<f4"), {"file": True}),
    ("compressed.arrow", lambda v: fixed(v, "<f4"), {"compression": "zstd"}),
]:
    all_batches = list(batches(make, [2, 3]))
    stream(name, all_batches, all_batches[0].schema, **more)

ragged = pa.record_batch([pa.array([[1.0, 2.0], [3.0]], pa.list_(pa.float32()))], names=["a"])
stream("ragged.arrow", [ragged], ragged.schema)
holes = pa.record_batch([pa.array([[1.0, None], [3.0, 4.0]], pa.list_(pa.float32()))], names=["a"])
stream("nulls.arrow", [holes], holes.schema)
# a slice of a longer list array: offsets do not start at 0
whole = pa.array(ramp(9, 4).tolist(), pa.list_(pa.float32()))
part = pa.record_batch([whole.slice(2, 5)], names=["a"])
stream("slice.arrow", [part], part.schema)
