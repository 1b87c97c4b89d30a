"""The libraries whose dictionaries are read and written, imported from checkouts of their sources.
What they import beside torch and is not installed is stood in for: names that nothing here calls by
empty classes, safetensors and the little that is called of others by the few lines below."""

import dataclasses
import importlib
import importlib.abc
import importlib.machinery
import json
import pathlib
import struct
import sys
import types

import numpy as np
import torch

TYPES = {"F32": np.float32, "F64": np.float64, "I64": np.int64, "I32": np.int32, "F16": np.float16}


def load_file(path, device="cpu"):
    raw = pathlib.Path(path).read_bytes()
    (size,) = struct.unpack("<Q", raw[:8])
    header, data = json.loads(raw[8 : 8 + size]), raw[8 + size :]
    header.pop("__metadata__", None)
    return {
        name: torch.from_numpy(
            np.frombuffer(data[slice(*entry["data_offsets"])], TYPES[entry["dtype"]])
            .reshape(entry["shape"])
            .copy()
        )
        for name, entry in header.items()
    }


def save_file(tensors, path, metadata=None):
    header, data = {}, b""
    names = {np.dtype(kind): name for name, kind in TYPES.items()}
    for name, tensor in tensors.items():
        array = tensor.detach().contiguous().numpy()
        offsets = [len(data), len(data) + array.nbytes]
        header[name] = {
            "dtype": names[array.dtype],
            "shape": list(array.shape),
            "data_offsets": offsets,
        }
        data += array.tobytes()
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    pathlib.Path(path).write_bytes(struct.pack("<Q", len(text)) + text + data)


class SafeOpen:
    def __init__(self, path, framework="pt", device="cpu"):
        self.tensors = load_file(path)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def keys(self):
        return self.tensors.keys()

    def get_tensor(self, name):
        return self.tensors[name]


def load_model(model, filename, device="cpu", strict=True):
    return model.load_state_dict(load_file(filename), strict=strict)


class Serializable:
    """simple_parsing's, of a dataclass of plain fields."""

    def to_dict(self):
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, fields, drop_extra_fields=False):
        known = {field.name for field in dataclasses.fields(cls)}
        return cls(**{k: v for k, v in fields.items() if k in known or not drop_extra_fields})


class HookPoint(torch.nn.Identity):
    pass


class HookedRootModule(torch.nn.Module):
    def setup(self):
        pass


class AnyMeta(type):
    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Any

    def __getitem__(cls, key):
        return cls

    def __or__(cls, other):
        return cls

    __ror__ = __or__


class Any(metaclass=AnyMeta):
    """In the place of a name that is imported and never called, but perhaps as a decorator."""

    def __new__(cls, *given, **named):
        return given[0] if len(given) == 1 and callable(given[0]) else object.__new__(cls)

    def __init__(self, *given, **named):
        pass

    def __call__(self, *given, **named):
        return given[0] if given else None


KNOWN = {
    "safetensors": {"safe_open": SafeOpen},
    "safetensors.torch": {
        "load_file": load_file,
        "save_file": save_file,
        "load_model": load_model,
        "save_model": lambda model, path: save_file(model.state_dict(), path),
    },
    "simple_parsing": {"Serializable": Serializable, "list_field": lambda *v: dataclasses.field(default_factory=lambda: list(v))},
    "natsort": {"natsorted": sorted},
    "transformer_lens.hook_points": {"HookPoint": HookPoint, "HookedRootModule": HookedRootModule},
    "importlib_metadata": {"version": lambda name: "0"},
}
MISSING = (
    "accelerate babe baukit bson datasets dotenv einops huggingface_hub jaxtyping matplotlib nltk nnsight"
    " pandas plotly pymongo safetensors sae_probes simple_parsing sklearn natsort tenacity tqdm transformer_lens transformers"
    " gridfs openai schedulefree torchvision typer wandb zstandard boto3 aiohttp nest_asyncio pydantic pydantic_settings"
).split()


class StandIns(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in MISSING:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        module = types.ModuleType(spec.name)
        module.__path__ = []
        module.__getattr__ = lambda name: Any if not name.startswith("__") else _none(name)
        for name, value in KNOWN.get(spec.name, {}).items():
            setattr(module, name, value)
        return module

    def exec_module(self, module):
        pass


def _none(name):
    raise AttributeError(name)


sys.meta_path.append(StandIns())  # after what is installed


def use(checkout, package):
    """The package of that name, from a checkout of the library's repository."""
    root = pathlib.Path(checkout)
    roots = [path.parent.parent for path in root.glob(f"**/{package}/__init__.py")]
    sys.path.insert(0, str(min(roots, key=lambda path: len(path.parts))))
    return importlib.import_module(package)
