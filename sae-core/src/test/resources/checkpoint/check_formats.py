"""Loads what is written in the formats of other libraries by their own loaders, strictly, and prints
how far their codes and reconstructions are from those computed here on the same rows. Its directory
is made by the two lines before; LIBRARIES are the options of make_formats.py.

    python3 make_formats.py LIBRARIES --rows 1000 --out DIR
    mvn -pl sae-core -Dtest=LibraryComparisonTest -Dsae4j.formats=DIR test
    python3 check_formats.py LIBRARIES --saebench CHECKOUT DIR/written
"""

import argparse
import importlib
import json
import pathlib

import numpy as np
import torch

import libraries

parser = argparse.ArgumentParser()
for library in ("openai", "sparsify", "dictionary-learning", "saelens", "llama-scope", "saebench"):
    parser.add_argument("--" + library, required=True)
parser.add_argument("written", type=pathlib.Path)
options = parser.parse_args()

libraries.use(options.openai, "sparse_autoencoder")
libraries.use(options.sparsify, "sparsify")
libraries.use(options.dictionary_learning, "dictionary_learning")
libraries.use(options.llama_scope, "lm_saes")
lens = libraries.use(options.saelens, "sae_lens")
autoencoder = importlib.import_module("sparse_autoencoder.model").Autoencoder
coder = importlib.import_module("sparsify.sparse_coder").SparseCoder
dictionaries = importlib.import_module("dictionary_learning.utils")
llama = importlib.import_module("lm_saes.sae").SparseAutoEncoder
loaders = importlib.import_module("sae_lens.loading.pretrained_sae_loaders")


def openai(path, x):
    model = autoencoder.from_state_dict(torch.load(path), strict=True)
    codes, info = model.encode(x)
    return codes, model.decode(codes, info)


def sparsify(path, x):
    model = coder.load_from_disk(path)
    top, indices, pre = model.encode(x)
    return torch.zeros_like(pre).scatter(-1, indices, top), model(x).sae_out


def dictionary_learning(path, x):
    model, config = dictionaries.load_dictionary(path, None)
    if config["trainer"]["dict_class"] == "AutoEncoder":  # whose loader folds decoder norms
        folded = model.decode(model.encode(x))
        model = dictionaries.AutoEncoder.from_pretrained(path / "ae.pt", normalize_decoder=False)
        torch.testing.assert_close(folded, model(x), rtol=1e-4, atol=1e-4)
    codes = model.encode(x)
    return codes, model.decode(codes)


def llama_scope(path, x):
    model = llama.from_pretrained(str(path))
    codes = model.encode(x)
    return codes, model.decode(codes)


def saelens(path, x):
    model = lens.SAE.load_from_disk(path)
    assert model.cfg.metadata.sae4j, "the metadata was dropped"
    return model.encode(x), model(x)


def gemma_scope(path, x):
    """SAELens' loader of it, which asks the hub for a file: here it is."""
    loaders.hf_hub_download = lambda repo_id, filename, **more: str(path / "params.npz")
    given = {"d_in": x.shape[1], "d_sae": np.load(path / "params.npz")["b_enc"].size}
    folder = "layer_8/width_16k/average_l0_1"
    config, state, _ = loaders.gemma_2_sae_huggingface_loader(
        "google/gemma-scope-2b-pt-res", folder, cfg_overrides=given | {"device": "cpu"}
    )
    return used(config, state, x)


def used(config, state, x):
    config = loaders.handle_config_defaulting(config)
    model = lens.SAE.from_dict(config)
    model.process_state_dict_for_loading(state)
    model.load_state_dict(state)
    return model.encode(x), model(x)


def by_saelens(path, x):
    """SAELens' loader of dictionary_learning's format."""
    loaders.hf_hub_download = lambda repo_id, filename, **more: str(path / pathlib.Path(filename).name)
    config, state, _ = loaders.dictionary_learning_sae_huggingface_loader_1("r", "f")
    return used(config, state, x)


def by_saebench(path, x):
    """SAEBench's loader for the trainer that is named, which wants decoder rows of norm 1."""
    libraries.use(options.saebench, "sae_bench")
    trained_by = json.loads((path / "config.json").read_text())["trainer"]["trainer_class"]
    module, loader = {
        "StandardTrainer": ("relu_sae", "relu"),
        "TopKTrainer": ("topk_sae", "topk"),
        "GatedSAETrainer": ("gated_sae", "gated"),
        "JumpReluTrainer": ("jumprelu_sae", "jump_relu"),
    }[trained_by]
    custom = importlib.import_module("sae_bench.custom_saes." + module)
    custom.hf_hub_download = lambda repo_id, filename, **more: str(path / filename)
    load = getattr(custom, f"load_dictionary_learning_{loader}_sae")
    model = load("r", "ae.pt", "", torch.device("cpu"), torch.float32)
    return model.encode(x), model(x)


LOADERS = {
    "openai.pt": {"OpenAI": openai},
    "sparsify": {"sparsify": sparsify},
    "dictionary_learning": {
        "dictionary_learning": dictionary_learning,
        "SAELens": by_saelens,
        "SAEBench": by_saebench,
    },
    "llama-scope": {"Llama Scope": llama_scope},
    "gemma-scope": {"SAELens": gemma_scope},
    "saelens": {"SAELens": saelens},
}


def difference(expected, actual):
    return ((expected - actual).abs().max() / max(1.0, expected.abs().max())).item()


@torch.no_grad()
def main():
    for directory in sorted(options.written.iterdir()):
        expected = json.loads((directory / "expected.json").read_text())
        x, codes, rows = (torch.tensor(expected[name]) for name in ("x", "codes", "reconstruction"))
        for name, readers in LOADERS.items():
            path = directory / name
            for reader, load in readers.items() if path.exists() else ():
                try:
                    found = load(path, x)
                    result = "codes %.1e  reconstructions %.1e" % (
                        difference(codes, found[0]),
                        difference(rows, found[1]),
                    )
                except Exception as e:  # what a library refuses is a line of the result
                    result = "%s: %s" % (type(e).__name__, str(e).split("\n")[0][:90])
                print("%-44s %-20s %-20s %s" % (directory.name, name, reader, result), flush=True)


main()
