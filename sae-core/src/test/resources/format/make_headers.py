"""Writes npy-headers.tsv: .npy files with unusual headers, and what numpy reads from each. Needs numpy 2.

    python3 make_headers.py

A line: what is unusual; the file in hexadecimal; and numpy's array as float64 in C order, its shape before it, or
"refused". Where numpy reads an array that holds no floats, its type.
"""

import io
import pathlib
import struct
import warnings

import numpy as np

HERE = pathlib.Path(__file__).parent
SHAPE = "(2, 3)"
RAMP = np.arange(6) * 0.5 - 3
lines = []


def file(header, version, data):
    text = header.encode("utf8" if version == 3 else "latin1")
    length = struct.pack("<H" if version == 1 else "<I", len(text))
    return b"\x93NUMPY" + bytes([version, 0]) + length + text + data


def case(name, header, dtype="<f4", version=1, tail=b"", data=None):
    whole = file(header, version, (RAMP.astype(dtype).tobytes() if data is None else data) + tail)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            array = np.load(io.BytesIO(whole))
        if array.dtype.kind == "f" and array.dtype.itemsize <= 8 and array.ndim:
            values = ",".join(map(repr, array.astype(np.float64).reshape(-1).tolist()))
            found = f"{'x'.join(map(str, array.shape))}:{values}"
        else:
            found = f"type {array.dtype}"
    except Exception:
        found = "refused"
    lines.append(f"{name}\t{whole.hex()}\t{found}")


def header(descr, shape=SHAPE, order="False", q="'"):
    return f"{{{q}descr{q}: {descr}, {q}fortran_order{q}: {order}, {q}shape{q}: {shape}, }}"


for prefix in "<>=|":
    for kind in ("f2", "f4", "f8"):
        native = "<" if prefix in "=|" else prefix
        case(f"{prefix}{kind}", header(f"'{prefix}{kind}'"), native + kind)
for name, dtype in (("f4", "<f4"), ("float32", "<f4"), ("float16", "<f2"), ("half", "<f2"), ("single", "<f4"),
                    ("double", "<f8"), ("float", "<f8"), ("float64", "<f8"), ("d", "<f8"), ("f", "<f4"), ("e", "<f2"),
                    ("<d", "<f8"), (">f", ">f4")):
    case(f"type {name}", header(f"'{name}'"), dtype)
case("double quotes", header('"<f4"', q='"'))
case("unicode", header("u'<f4'").replace("'shape'", "u'shape'"))
case("long integers of Python 2", header("'<f4'", "(2L, 3L)"))
case("long integers in version 2", header("'<f4'", "(2L, 3L)"), version=2)
case("version 2", header("'<f4'"), version=2)
case("version 3", header("'<f4'"), version=3)
case("fortran", header("'<f4'", order="True"))
case("no trailing comma", header("'<f4'").replace(", }", "}"))
case("another order", "{'shape': (2, 3), 'fortran_order': False, 'descr': '<f4'}")
case("no spaces", "{'descr':'<f4','fortran_order':False,'shape':(2,3)}")
case("many spaces", "  { 'descr' : '<f4' ,\n 'fortran_order' :\tFalse , 'shape' : ( 2 , 3 , ) , }  \n")
case("vector", header("'<f4'", "(6,)"))
case("five dimensions", header("'<f4'", "(1, 2, 1, 3, 1)"))
case("a tail", header("'<f4'"), tail=b"tail")
case("zeros behind the data", header("'<f4'"), tail=bytes(4096))
case("a plus", header("'<f4'", "(+2, 3)"))
case("no rows", header("'<f4'", "(0, 3)"), data=b"")
case("a shape that is no tuple", header("'<f4'", "6"))
case("a shape in brackets", header("'<f4'", "(6)"))
case("a shape that is a list", header("'<f4'", "[2, 3]"))
case("a size that is a float", header("'<f4'", "(2.0, 3)"))
case("a size below zero", header("'<f4'", "(-2, 3)"))
case("too few bytes", header("'<f4'", "(7,)"))
case("another field", header("'<f4'").replace(", }", ", 'more': 1}"))
case("a missing field", "{'descr': '<f4', 'shape': (2, 3)}")
case("an order that is a number", header("'<f4'", order="0"))
case("a call", header("'<f4'", "(len('ab'), 3)"))
case("a sum", "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)} + {}")
case("a list", "[1]")
case("nothing", "")
case("an unfinished string", "{'descr': '<f4")
case("a type that is none", header("'<f3'"))
case("integers", header("'<i4'"), "<i4")
case("unsigned integers", header("'<u2'"), "<u2")
case("complex numbers", header("'<c8'"), data=bytes(48))
case("texts", header("'<U1'"), data=bytes(24))
case("a structure", header("[('a', '<f4'), ('b', '<f4', (2,))]", "(2,)"), data=bytes(24))
case("objects", header("'|O'"))
(HERE / "npy-headers.tsv").write_text("\n".join(lines) + "\n")
