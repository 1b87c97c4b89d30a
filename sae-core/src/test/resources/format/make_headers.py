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


def file(header, version, minor, data):
    text = header if isinstance(header, bytes) else header.encode("utf8" if version == 3 else "latin1")
    length = struct.pack("<H" if version == 1 else "<I", len(text))
    return b"\x93NUMPY" + bytes([version, minor]) + length + text + data


def case(name, header, dtype="<f4", version=1, minor=0, tail=b"", data=None):
    whole = file(header, version, minor, (RAMP.astype(dtype).tobytes() if data is None else data) + tail)
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
    lines.append(f"{name.encode('ascii', 'backslashreplace').decode()}\t{whole.hex()}\t{found}")


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
# what ast.literal_eval reads, which numpy gives the header to
F4 = header("'<f4'")
for text in ("0x2", "0X_2", "0o2", "0b10", "0b1_0", "00", "0_0", "2_", "0_2", "02", "1__0", "0x", "2e0", "2j", "2 L", "0x2L",
             "2LL", "2l", "2L L", "+(2)", "--2", "-(-2)", "(2)", "((2))", "not 2", "2or 3", "1+1", "True", "False", "None", "...",
             "'2'", "{2}", "[2]", "()", "2#\n", "2 # a comment)\n", "2\\\n", "2\\ \n", "2\n", "2\r\n", "2\r", "\f2", "\v2", "\xa02",
             "\u00b2", "\u00fc"):
    zero = text in ("00", "0_0", "False")
    case(f"a size {text!r}", header("'<f4'", f"({text}, 3)"), data=b"" if zero else None)
for text in ("0x2L", "2 L", "2L"):
    case(f"a size {text!r} in version 3", header("'<f4'", f"({text}, 3)"), version=3)
for text in (r"'\x3cf4'", r"'\x3Cf\64'", r"'\74f4'", r"'\u003cf4'", r"'\U0000003cf4'", r"'\N{LESS-THAN SIGN}f4'",
             r"'\N{NO SUCH SIGN}f4'", r"'\x3'", r"'\u3c'", r"'\U00110000'", r"r'<f4'", r"R'<f4'", r"r'\x3cf4'", r"'\<f4'",
             "'<f\\\n4'", "'<f\n4'", "b'<f4'", "B'<f4'", "br'<f4'", "rb'<f4'", "U'<f4'", "ur'<f4'", "bu'<f4'", "f'<f4'",
             "F'<f4'", "'<' 'f4'", "'<'\n\"f4\"", "('<' 'f' '4')", "('<f4')", "('<f') '4'", "'<' b'f4'", "'''<f4'''",
             '"""<f4"""', "'''<f4", "'''<'f4'''", "''", "'' '<f4'", "'<f4' # '", "('<f4',)", "('<f4', ())", "['<f4']",
             "{'<f4': 1}", "'\\x00<f4'", r"'\400'", r"'<f4\0'", "'<f4'L", "u '<f4'", r"r'<f4\'", r"'\"'"):
    case(f"a type {text!r}", header(text))
for text in ("f04", "f 4", "f+4", "<f04", "f-4", "f_4", "<float32", "=double", "<half", "F4", "f4 ", " f4", "<<f4", "f4,f4", "1f4",
             "2f4", "()f4", "f0", "e2", "float_", "float128", "<g", "f16", "S4", "<M8[s]", "O"):
    case(f"a type {text!r}", header(repr(text)), data=bytes(96))
for name, text in {
    "a key twice": F4.replace("}", "'shape': (3, 2)}"),
    "a key twice, the first one wrong": "{'shape': 1.5, " + F4[1:],
    "a key twice, the last one wrong": F4.replace("}", "'shape': 6}"),
    "a key that is bytes": F4.replace("'shape'", "b'shape'"),
    "a key with an escape": F4.replace("'shape'", r"'\x73hape'"),
    "a key in two pieces": F4.replace("'shape'", "'sha' 'pe'"),
    "a key in brackets": F4.replace("'shape'", "('shape')"),
    "a key that is a number": F4.replace("}", "1: 2}"),
    "a key that is a tuple": F4.replace("}", "(1, 2): 2}"),
    "another dictionary unpacked": F4.replace("}", "**{}}"),
    "a dictionary in brackets": f"({F4})",
    "a dictionary in a tuple": f"({F4},)",
    "brackets over lines": f"(\n{F4}\n)",
    "a comment at the end": F4 + " # numpy",
    "a comment line before": "# numpy\n" + F4,
    "comment lines around": "# numpy\n  # more\n\n" + F4 + "\n  # end\n",
    "a comment ended by a carriage return": F4.replace("}", "# a\r}"),
    "a comment within": F4.replace(", 'shape'", ", # {'\n 'shape'"),
    "an indented second line": "\n  " + F4,
    "a first line of spaces": "  \n" + F4,
    "an indented line after a comment": "# a\n " + F4,
    "a tab before": "\t" + F4,
    "a form feed before": "\f" + F4,
    "a second expression": F4 + "\n1",
    "a semicolon": F4 + ";",
    "a comma behind": F4 + ",",
    "a line that goes on": F4 + "\\\n",
    "a line that begins with a backslash": "\\\n" + F4,
    "a NUL behind": F4 + "\0",
    "a NUL in a comment": F4 + "#\0",
    "two commas": F4.replace("}", ",}"),
    "a comma first": F4.replace("{", "{,"),
    "no commas": F4.replace(",", ""),
    "a set": "{'descr', 'shape'}",
    "one hundred brackets": header("'<f4'", "(" * 100 + "(2, 3)" + ")" * 100),
    "two hundred brackets": header("'<f4'", "(" * 200 + "(2, 3)" + ")" * 200),
    "a mark of the byte order": "\ufeff" + F4,
    "letters beyond ASCII in a comment": F4 + "# \u00e4",
    "a letter beyond ASCII behind": F4 + "\u00e4",
    "true": header("'<f4'", order="true"),
    "an order in brackets": header("'<f4'", order="(True)"),
    "no order": header("'<f4'", order="None"),
    "no tuple but commas": header("'<f4'", "2, 3"),
    "an empty tuple with a comma": header("'<f4'", "(,)"),
    "64 dimensions": header("'<f4'", "(" + "1, " * 62 + "2, 3)"),
    "65 dimensions": header("'<f4'", "(" + "1, " * 63 + "2, 3)"),
    "a size of 64 bits": header("'<f4'", "(18446744073709551618, 3)"),
    "another field unread": "{'more': 1, " + F4[1:],
}.items():
    case(name, text.encode() if "mark" in name else text)
case("letters beyond ASCII in version 3", F4 + "# \u00e4\u4e00", version=3)
case("bytes that are not UTF-8 in version 3", F4.encode() + b"# \xe4", version=3)
case("version 1.1", F4, minor=1)
case("version 2.1", F4, version=2, minor=1)
case("a header of 9,999 characters", F4 + " " * (9999 - len(F4)))
(HERE / "npy-headers.tsv").write_text("\n".join(lines) + "\n")
