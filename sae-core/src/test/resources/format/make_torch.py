"""Writes the .pt and .npz files that the format tests read back. Needs numpy and torch 2.13.

    python3 make_torch.py
"""

import collections
import pathlib
import zipfile

import numpy as np
import torch

HERE = pathlib.Path(__file__).parent
ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def ramp(*shape):
    """0.5·i − 3 in C order: exact in every float type."""
    return torch.arange(np.prod(shape), dtype=torch.float64).mul(0.5).sub(3).reshape(shape)


def save(name, value, **more):
    torch.save(value, HERE / name, **more)


save("tensor.pt", ramp(5, 4).float())
save("parameter.pt", torch.nn.Parameter(ramp(5, 4).float()))
save("half.pt", {"a": ramp(5, 4).half()})
save("bfloat16.pt", {"a": ramp(5, 4).bfloat16()})
save("double.pt", {"a": ramp(5, 4)})
save("cube.pt", ramp(2, 3, 4).float())
save("list.pt", [ramp(3, 4).float(), ramp(5, 4).float()[3:], ramp(2, 2, 4).float()])

wide = ramp(5, 10).float()
tall = ramp(4, 5).float()
save(
    "views.pt",
    {
        "rows": ramp(9, 4).float()[2:7],
        "columns": wide[:, 3:7],
        "every_other": wide[:, 1:9:2],
        "transposed": tall.t(),
        "permuted": ramp(4, 3, 2).float().permute(2, 1, 0),
        "expanded": ramp(4).float().expand(5, 4),
        "one_value": ramp(5, 1).float().expand(5, 4),
        "sliced_transposed": wide.t()[2:6].t(),
        "shared": wide,
        "scalar": torch.tensor(2.5),
        "empty": torch.zeros(0, 4),
    },
)
linear = torch.nn.Linear(4, 5)
with torch.no_grad():
    linear.weight.copy_(ramp(5, 4))
    linear.bias.copy_(ramp(5))
save(
    "nested.pt",
    {
        "model": linear.state_dict(),
        "numbers": {"k": 32, "big": 1 << 40, "negative": -7, "lr": 0.125, "on": True, "no": None},
        "activation": "TopK",
        "dtype": torch.bfloat16,
        "device": torch.device("cpu"),
        "size": torch.Size([2, 3]),
        "tuple": (torch.tensor([1, 2, 3]), torch.tensor([True, False])),
        "ordered": collections.OrderedDict(k=torch.tensor(7, dtype=torch.int32)),
        0: torch.tensor([1, -2], dtype=torch.int8),
    },
)
save("protocol4.pt", {"a": ramp(5, 4).float(), "k": 3}, pickle_protocol=4)
save("legacy.pt", {"a": ramp(5, 4).float()}, _use_new_zipfile_serialization=False)


class Hostile:
    """Would run a command if it were unpickled by Python."""

    def __reduce__(self):
        import os

        return os.system, ("echo hacked",)


save("hostile.pt", {"a": ramp(5, 4).float(), "b": Hostile()})
save("module.pt", linear)
save(
    "openai-none.pt",
    {
        "pre_bias": torch.zeros(3),
        "latent_bias": torch.zeros(6),
        "encoder.weight": torch.zeros(6, 3),
        "decoder.weight": torch.zeros(3, 6),
        "clamp": None,
    },
)

np.savez(HERE / "stored.npz", a=ramp(5, 4).float().numpy(), k=np.int32(7), b=ramp(4).numpy())
np.savez_compressed(
    HERE / "deflated.npz",
    a=ramp(5, 4).float().numpy(),
    fortran=np.asfortranarray(ramp(2, 3, 4).half().numpy()),
)


def entry(archive, name, data, method=zipfile.ZIP_STORED):
    info = zipfile.ZipInfo(name, ZIP_TIME)
    info.compress_type = method
    archive.writestr(info, data)


array = (HERE / "matrix-f4.npy").read_bytes()
with zipfile.ZipFile(HERE / "traversal.npz", "w") as archive:
    entry(archive, "../a.npy", array)
zeros = 40_000_000
header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (%d, 4), }" % (zeros // 16)
header += b" " * (63 - (len(header) + 10) % 64) + b"\n"
bomb = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + bytes(zeros)
with zipfile.ZipFile(HERE / "bomb.npz", "w", compresslevel=9) as archive:
    entry(archive, "a.npy", bomb, zipfile.ZIP_DEFLATED)
