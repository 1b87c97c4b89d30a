"""Reads what the writers of this library wrote, with NumPy, PyTorch and the specification of
safetensors, and compares it with what should be in it. Prints "ok" for each file.

    python3 read_back.py DIRECTORY
"""

import json
import pathlib
import struct
import sys
import zipfile

import numpy as np
import torch

directory = pathlib.Path(sys.argv[1])
ramp = (np.arange(20) * 0.5 - 3).astype("<f4").reshape(5, 4)


def same(found, expected=ramp):
    found = np.asarray(found)
    assert found.dtype == expected.dtype, found.dtype
    assert found.shape == expected.shape, found.shape
    assert found.tobytes() == np.ascontiguousarray(expected).tobytes(), found


def safetensors(path):
    """By the words of the format's specification."""
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    assert length <= 100_000_000 and data[8:9] == b"{"
    header = json.loads(data[8 : 8 + length].decode("utf-8"))
    metadata = header.pop("__metadata__", {})
    assert all(isinstance(v, str) for v in metadata.values())
    body, filled, tensors = data[8 + length :], 0, {}
    types = {"F64": "<f8", "F32": "<f4", "BF16": "<u2", "I64": "<i8", "I32": "<i4"}
    for name, info in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        begin, end = info["data_offsets"]
        assert begin == filled, name
        array = np.frombuffer(body[begin:end], types[info["dtype"]])
        assert begin % array.itemsize == 0 and (8 + length) % 8 == 0
        tensors[name], filled = array.reshape(info["shape"]), end
    assert filled == len(body)
    return tensors


found = safetensors(directory / "written.safetensors")
same(found["floats"])
same(found["doubles"], ramp.astype("<f8"))
same(found["longs"], np.arange(3, dtype="<i8"))
same(found["bf16"], (ramp.view("<u4") >> 16).astype("<u2"))
print("safetensors ok")

with np.load(directory / "written.npz", allow_pickle=False) as arrays:
    same(arrays["a"])
    same(arrays["v"], ramp.reshape(-1))
    same(arrays["s"], np.float32(2.5))
assert zipfile.ZipFile(directory / "written.npz").testzip() is None
print("npz ok")

state = torch.load(directory / "written.pt", weights_only=True)
same(state["encoder.weight"].numpy())
same(state["threshold"].numpy(), np.float32(-1))
assert state["k"].dtype == torch.int32 and state["k"].item() == 32
assert state["settings"] == {"k": 1 << 40, "lr": 0.125, "on": True, "name": "TopK é"}
assert zipfile.ZipFile(directory / "written.pt").testzip() is None
mapped = torch.load(directory / "written.pt", weights_only=True, mmap=True)
same(mapped["encoder.weight"].numpy())
print("pt ok")
