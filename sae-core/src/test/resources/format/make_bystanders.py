"""Writes bystanders.*: files with rows of floats beside tensors and values that are not read. Needs torch 2.13, numpy.

    python3 make_bystanders.py
"""

import collections
import io
import json
import pathlib
import struct
import zipfile

import numpy as np
import torch

HERE = pathlib.Path(__file__).parent
ZIP_TIME = (1980, 1, 1, 0, 0, 0)
RAMP = np.arange(20, dtype=np.float32).reshape(5, 4) * 0.5 - 3

tensors = [("acts", "F32", [5, 4], RAMP.tobytes())]
for name, bits in dict(U16=16, U32=32, U64=64, F8_E4M3=8, F8_E5M2=8, F8_E8M0=8, F4=4, F6_E2M3=6, C64=64, X_NEW=24).items():
    tensors.append((name.lower(), name, [8], bytes(bits)))
header, at = {}, 0
for name, dtype, shape, data in tensors:
    header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [at, at + len(data)]}
    at += len(data)
text = json.dumps(header).encode()
(HERE / "bystanders.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + b"".join(t[3] for t in tensors))

arrays = {
    "acts": RAMP,
    "u16": np.arange(8, dtype=np.uint16),
    "c8": np.zeros(2, np.complex64),
    "text": np.array(["a", "b"]),
    "bytes": np.array([b"a", b"b"]),
    "date": np.array(["2026-01-01"], "datetime64[D]"),
    "structure": np.zeros(2, [("a", "<f4"), ("b", "<i4")]),
    "objects": np.array([{}, 1], dtype=object),
    "long": np.zeros(2, np.longdouble),
}
with zipfile.ZipFile(HERE / "bystanders.npz", "w") as archive:
    for name, array in arrays.items():
        out = io.BytesIO()
        np.save(out, array, allow_pickle=True)
        archive.writestr(zipfile.ZipInfo(name + ".npy", ZIP_TIME), out.getvalue())
    archive.writestr(zipfile.ZipInfo("__MACOSX/._acts.npy", ZIP_TIME), b"\0\5\x16\7")
    archive.writestr(zipfile.ZipInfo("readme.txt", ZIP_TIME), b"hello")


class Own(torch.Tensor):
    pass


acts = torch.from_numpy(RAMP)
parameter = torch.nn.Parameter(acts)
parameter.note = "kept"
z = torch.complex(acts, acts)
bystanders = {
    "acts": acts,
    "parameter": parameter,
    "negated": torch.complex(acts, acts).conj().imag,
    "negated_rows": torch.complex(acts, acts).conj().imag[1:, ::2],
    "uint16": torch.zeros(4).to(torch.uint16),
    "uint64": torch.zeros(4).to(torch.uint64),
    "float8": torch.zeros(4).to(torch.float8_e4m3fn),
    "complex": z,
    "conjugate": z.conj(),
    "double_complex": z.to(torch.complex128),
    "sparse": torch.eye(3).to_sparse(),
    "sparse_rows": torch.eye(3).to_sparse_csr(),
    "quantised": torch.quantize_per_tensor(acts, 0.5, 0, torch.qint8),
    "channels": torch.quantize_per_channel(acts, torch.ones(5), torch.zeros(5, dtype=torch.long), 0, torch.qint8),
    "meta": torch.zeros(3, 4, device="meta"),
    "bits": torch.zeros(4, dtype=torch.bool),
    "storage": acts.clone().untyped_storage(),
    "dtype": torch.float8_e5m2,
    "layout": torch.sparse_coo,
    "seed": 2**63 + 5,
    "huge": 7**900,
    "bytes": b"x" * 300,
    "bytearray": bytearray(b"xy"),
    "set": {1, "a"},
    "frozen": frozenset([1]),
    "nothing": None,
    "tuple": (1, (2.5, "a"), None),
    "number": 1 + 2j,
    "counter": collections.Counter("abca"),
    "grouped": collections.defaultdict(list, {"rows": [acts]}),
    "keys": {(0, 1): acts, None: 1, True: 2, 1.5: 3},
    "numpy": np.float64(2.5),
    "array": np.arange(3),
    "range": range(3),
    "deque": collections.deque([1, 2]),
    "path": pathlib.PurePosixPath("a/b"),
    "size": acts.shape,
    "long_text": "x" * 300,
    "deep": [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]],
}
for protocol in (2, 3, 4, 5):
    torch.save(bystanders, HERE / f"bystanders-{protocol}.pt", pickle_protocol=protocol)
