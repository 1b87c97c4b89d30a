"""Writes the files that the format tests read back. Needs numpy and safetensors 0.8."""

import struct
from pathlib import Path

import numpy as np
from numpy.lib import format as npy
from safetensors import TensorSpec, serialize_file

HERE = Path(__file__).parent


def ramp(*shape):
    """0.5·i − 3 in C order: exact in every float type."""
    return (np.arange(np.prod(shape)) * 0.5 - 3).reshape(shape)


def save_npy(name, array, version=(1, 0)):
    with open(HERE / name, "wb") as file:
        npy.write_array(file, array, version=version)


save_npy("vector-f4.npy", ramp(4).astype("<f4"))
save_npy("matrix-f4.npy", ramp(5, 4).astype("<f4"))
save_npy("matrix-f2-big-endian.npy", ramp(5, 4).astype(">f2"))
save_npy("matrix-f8-big-endian.npy", ramp(5, 4).astype(">f8"))
save_npy("matrix-f8-fortran.npy", np.asfortranarray(ramp(5, 4).astype("<f8")))
save_npy("cube-f4.npy", ramp(2, 3, 4).astype("<f4"), version=(2, 0))
save_npy("cube-f4-fortran.npy", np.asfortranarray(ramp(2, 3, 4).astype("<f4")))
save_npy("tesseract-f2-fortran.npy", np.asfortranarray(ramp(2, 3, 2, 4).astype("<f2")))
save_npy("one-row-f4.npy", ramp(1, 4).astype("<f4"))
save_npy("no-rows-f4.npy", np.zeros((0, 4), "<f4"))
save_npy("integers-i4.npy", np.arange(4, dtype="<i4"))
save_npy("objects.npy", np.array([{}, None], dtype=object))
save_npy("structured.npy", np.zeros(2, dtype=[("a", "<f4"), ("b", "<f4")]))

# 0, -0, 1, -2, largest, smallest normal, two subnormals, infinities, a NaN
HALF = [0x0000, 0x8000, 0x3C00, 0xC000, 0x7BFF, 0x0400, 0x0001, 0x83FF, 0x7C00, 0xFC00, 0x7E01]
# 0, -0, 1, -2, largest, smallest normal, two subnormals, infinities, a NaN
BFLOAT = [0x0000, 0x8000, 0x3F80, 0xC000, 0x7F7F, 0x0080, 0x0001, 0x807F, 0x7F80, 0xFF80, 0x7FC1]


KEPT_ALIVE = []


def tensor(dtype, shape, data):
    """A tensor of raw bytes; the library takes their address, so they must not be collected."""
    array = np.frombuffer(data, np.uint8)
    KEPT_ALIVE.append(array)
    return TensorSpec(
        dtype=dtype, shape=shape, data_ptr=array.ctypes.data, data_len=array.nbytes
    )


serialize_file(
    {
        "doubles": tensor("float64", [2, 2], struct.pack("<4d", 0.1, -1e300, 5e-324, 3)),
        "floats": tensor("float32", [5, 4], ramp(5, 4).astype("<f4").tobytes()),
        "halves": tensor("float16", [11], struct.pack("<11H", *HALF)),
        "bfloats": tensor("bfloat16", [11], struct.pack("<11H", *BFLOAT)),
        "longs": tensor("int64", [3], struct.pack("<3q", -1, 1 << 40, -(1 << 63))),
        "ints": tensor("int32", [3], struct.pack("<3i", -1, 7, -(1 << 31))),
        "shorts": tensor("int16", [2], struct.pack("<2h", -1, 32767)),
        "bytes": tensor("int8", [3], struct.pack("<3b", -128, 0, 127)),
        "unsigned": tensor("uint8", [3], struct.pack("<3B", 0, 128, 255)),
        "bools": tensor("bool", [2], struct.pack("<2B", 1, 0)),
        "scalar": tensor("float32", [], struct.pack("<f", 2.5)),
        "empty": tensor("float32", [0, 4], b""),
    },
    HERE / "golden.safetensors",
    {"author": "naïve", "kind": "test"},
)
