"""Makes the golden dictionaries of other libraries in formats/. Files, codes and reconstructions come
from the libraries' own classes, of checkouts of their repositories; for Gemma Scope, sparsify's
signed codes and SAELens' old finetuning, which have no class today, from their definitions. Needs
numpy and torch 2.13.

    python3 make_formats.py --openai DIR --sparsify DIR --dictionary-learning DIR --saelens DIR --llama-scope DIR

The directory of Llama Scope is Language-Model-SAEs as it was in November 2024 (16ca67a6); the others
were openai/sparse_autoencoder 4965b94, EleutherAI/sparsify 9d3b136, saprmarks/dictionary_learning
60ec6bf and jbloomAus/SAELens 91ca16cc (6.18.0). With --rows 1000 --out DIR it makes large ones
elsewhere, to be compared as check_formats.py says.
"""

import argparse
import collections
import importlib
import json
import pathlib
import shutil

import numpy as np
import torch

import libraries
from libraries import save_file

parser = argparse.ArgumentParser()
for library in ("openai", "sparsify", "dictionary-learning", "saelens", "llama-scope"):
    parser.add_argument("--" + library, required=True)
parser.add_argument("--rows", type=int, default=5)
parser.add_argument("--out", default=pathlib.Path(__file__).parent / "formats", type=pathlib.Path)
options = parser.parse_args()

HERE = options.out
D, N, ROWS, K = (3, 6, options.rows, 2) if options.rows < 100 else (32, 128, options.rows, 8)
S = D**0.5  # of the order of a pre-activation
LAYER = "blocks.8.hook_resid_pre"
relu = torch.relu


def randomise(module, seed):
    """Numbers for all parameters: rows of any norm; returns the module."""
    torch.manual_seed(seed)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(torch.randn(parameter.shape) * (1 if parameter.dim() > 1 else 0.3))
    return module.eval()


def weights(seed, out=D):
    """W_enc [D, N], b_enc, W_dec [N, out], b_dec: rows of any norm."""
    torch.manual_seed(seed)
    return torch.randn(D, N), torch.randn(N) * 0.3, torch.randn(N, out), torch.randn(out)


def topk(pre, k=K):
    best = pre.topk(k, dim=-1)
    return torch.zeros_like(pre).scatter(-1, best.indices, relu(best.values))


@torch.no_grad()
def make(name, seed, write, encode, decode):
    directory = HERE / name
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    write(directory)
    torch.manual_seed(seed + 1000)
    x = torch.randn(ROWS, D)
    codes = encode(x)
    expected = {
        "x": x.tolist(),
        "codes": codes.tolist(),
        "reconstruction": decode(codes, x).tolist(),
    }
    indent = 1 if ROWS < 100 else None
    (directory / "expected.json").write_text(json.dumps(expected, indent=indent) + "\n")


def dump(path, value):
    path.write_text(json.dumps(value, indent=2) + "\n")


def safetensors(path, tensors):
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: tensor.float() for name, tensor in tensors.items()}, path)


# --- sparsify -------------------------------------------------------------------------------------
libraries.use(options.sparsify, "sparsify")
coders = importlib.import_module("sparsify.sparse_coder")


def sparsify(name, seed, num_latents=N, **settings):
    config = coders.SparseCoderConfig(
        num_latents=num_latents, expansion_factor=N // D, k=K, **settings
    )
    model = randomise(coders.SparseCoder(D, config), seed)
    files = HERE / name

    def write(directory):
        model.save_to_disk(directory)
        dump(directory / "cfg.json", json.loads((directory / "cfg.json").read_text()))

    def encode(x):
        loaded = coders.SparseCoder.load_from_disk(files)
        top, indices, pre = loaded.encode(x)
        return torch.zeros_like(pre).scatter(-1, indices, top)

    make(name, seed, write, encode, lambda f, x: coders.SparseCoder.load_from_disk(files)(x).sae_out)


sparsify("sparsify", 1, num_latents=0)
sparsify("sparsify-transcoder", 2, transcode=True)
sparsify("sparsify-skip", 3, transcode=True, skip_connection=True)


def signed():
    """The class of 2024 (a48257e): by magnitude, and codes keep their signs."""
    w_enc, b_enc, w_dec, b_dec = weights(4)

    def write(directory):
        config = {"expansion_factor": 32, "normalize_decoder": True, "num_latents": N, "k": K}
        dump(directory / "cfg.json", config | {"signed": True, "multi_topk": False, "d_in": D})
        tensors = {"encoder.weight": w_enc.T, "encoder.bias": b_enc, "W_dec": w_dec, "b_dec": b_dec}
        safetensors(directory / "sae.safetensors", tensors)

    def encode(x):
        pre = (x - b_dec) @ w_enc + b_enc
        indices = pre.abs().topk(K, dim=-1).indices
        return torch.zeros_like(pre).scatter(-1, indices, pre.gather(-1, indices))

    make("sparsify-signed", 4, write, encode, lambda f, x: f @ w_dec + b_dec)


signed()

# --- dictionary_learning --------------------------------------------------------------------------
libraries.use(options.dictionary_learning, "dictionary_learning")
dictionaries = importlib.import_module("dictionary_learning.utils")


def dictionary(model, seed, trained_by, **trainer):
    kind = type(model).__name__
    files = HERE / ("dictionary-learning-" + kind)
    randomise(model, seed)
    if hasattr(model, "threshold"):
        torch.manual_seed(seed)
        shape = model.threshold.shape
        shared = torch.tensor(-1.0 if kind == "AutoEncoderTopK" else 0.4 * S)
        model.threshold.data = torch.rand(shape) * S if shape else shared

    def write(directory):
        torch.save(model.state_dict(), directory / "ae.pt")
        settings = {
            "trainer_class": trained_by,
            "dict_class": kind,
            "activation_dim": D,
            "dict_size": N,
            "layer": 8,
            "lm_name": "EleutherAI/pythia-70m-deduped",
            "submodule_name": "resid_post_layer_8",
            **trainer,
        }
        dump(directory / "config.json", {"trainer": settings, "buffer": {"ctx_len": 128}})

    loaded = lambda: dictionaries.load_dictionary(files, None)[0]
    make(files.name, seed, write, lambda x: loaded().encode(x), lambda f, x: loaded().decode(f))


dictionary(dictionaries.AutoEncoder(D, N), 10, "StandardTrainer", l1_penalty=0.1)
dictionary(dictionaries.AutoEncoderNew(D, N), 11, "StandardTrainerAprilUpdate")
dictionary(dictionaries.AutoEncoderTopK(D, N, K), 12, "TopKTrainer", k=K, auxk_alpha=1 / 32)
dictionary(dictionaries.BatchTopKSAE(D, N, K), 13, "BatchTopKTrainer", k=K)
dictionary(dictionaries.GatedAutoEncoder(D, N), 14, "GatedSAETrainer")
dictionary(dictionaries.JumpReluAutoEncoder(D, N), 15, "JumpReluTrainer", target_l0=20)
dictionary(
    dictionaries.MatryoshkaBatchTopKSAE(D, N, K, [N // 3, N - N // 3]),
    16,
    "MatryoshkaBatchTopKTrainer",
    k=K,
    group_fractions=[1 / 3, 2 / 3],
)

# --- Gemma Scope ----------------------------------------------------------------------------------
w_enc, b_enc, w_dec, b_dec = weights(20)
threshold = torch.rand(N)


def jump(x, e=w_enc, b=b_enc, t=threshold):
    pre = x @ e + b
    return relu(pre) * (pre > t)


def gemma(directory, compressed=False):
    (np.savez_compressed if compressed else np.savez)(
        directory / "params.npz",
        W_enc=w_enc.numpy(),
        W_dec=w_dec.numpy(),
        b_enc=b_enc.numpy(),
        b_dec=b_dec.numpy(),
        threshold=threshold.numpy(),
    )


make("gemma-scope", 20, gemma, jump, lambda f, x, d=w_dec, c=b_dec: f @ d + c)
make(
    "gemma-scope-compressed",
    20,
    lambda directory: gemma(directory, True),
    jump,
    lambda f, x, d=w_dec, c=b_dec: f @ d + c,
)


def gemma2(name, seed, kind, skip):
    w_enc, b_enc, w_dec, b_dec = weights(seed)
    threshold, affine = torch.rand(N), torch.randn(D, D)

    def write(directory):
        tensors = {"w_enc": w_enc, "w_dec": w_dec, "b_enc": b_enc, "b_dec": b_dec}
        tensors["threshold"] = threshold
        if skip:
            tensors["affine_skip_connection"] = affine
        safetensors(directory / "params.safetensors", tensors)
        config = {
            "hf_hook_point_in": "model.layers.12.pre_feedforward_layernorm.output",
            "hf_hook_point_out": "model.layers.12.post_feedforward_layernorm.output",
            "width": N,
            "model_name": "google/gemma-3-1b-pt",
            "architecture": "jump_relu",
            "l0": 10,
            "affine_connection": skip,
            "type": kind,
        }
        dump(directory / "config.json", config)

    def encode(x):
        pre = x @ w_enc + b_enc
        return relu(pre) * (pre > threshold)

    make(name, seed, write, encode, lambda f, x: f @ w_dec + b_dec + (x @ affine if skip else 0))


gemma2("gemma-scope-2", 21, "sae", False)
gemma2("gemma-scope-2-transcoder", 22, "transcoder", False)
gemma2("gemma-scope-2-skip", 23, "transcoder", True)


# --- OpenAI ---------------------------------------------------------------------------------------
libraries.use(options.openai, "sparse_autoencoder")
openai_model = importlib.import_module("sparse_autoencoder.model")


def openai(name, seed, activation):
    normalize = isinstance(activation, openai_model.TopK)
    model = openai_model.Autoencoder(N, D, activation, normalize=normalize)
    randomise(model, seed)
    write = lambda directory: torch.save(model.state_dict(), directory / "8.pt")
    make(name, seed, write, lambda x: model.encode(x)[0], lambda f, x: model.decode(f, model.encode(x)[1]))


openai("openai-relu", 30, torch.nn.ReLU())
openai("openai-topk", 31, openai_model.TopK(K))
openai("openai-identity", 32, torch.nn.Identity())


# --- Llama Scope ----------------------------------------------------------------------------------
libraries.use(options.llama_scope, "lm_saes")
llama_model = importlib.import_module("lm_saes.sae")
llama_model.version = lambda name: "0"  # of the library, which is not installed


def llama(name, seed, norms=(2.0 * D**0.5, 2.0 * D**0.5), out=None, **settings):
    files = HERE / name
    config = llama_model.SAEConfig(
        d_model=D,
        expansion_factor=N // D,
        d_sae=N,
        norm_activation="dataset-wise",
        dataset_average_activation_norm={"in": norms[0], "out": norms[1]},
        hook_point_in="blocks.8.hook_resid_post",
        hook_point_out=out,
        **settings,
    )
    model = randomise(llama_model.SparseAutoEncoder(config), seed)

    def write(directory):
        (directory / "checkpoints").mkdir()
        model.save_pretrained(str(directory / "checkpoints" / "final.safetensors"))
        config.save_hyperparameters(str(directory))

    def loaded():
        return llama_model.SparseAutoEncoder.from_pretrained(str(files))

    make(name, seed, write, lambda x: loaded().encode(x), lambda f, x: loaded().decode(f))


JUMP = {"act_fn": "jumprelu", "jump_relu_threshold": 0.35 * S, "apply_decoder_bias_to_pre_encoder": False}
llama("llama-scope", 40, (1.2, 1.2), sparsity_include_decoder_norm=False, **JUMP)
llama("llama-scope-by-norm", 41, (1.2, 2.1), **JUMP)
llama("llama-scope-transcoder", 42, (1.2, 2.1), "blocks.8.hook_mlp_out", **JUMP)
llama("llama-scope-centred", 43, (1.2, 2.1), act_fn="jumprelu", jump_relu_threshold=0.35 * S)
llama("llama-scope-relu", 44, (0.9, 0.9), act_fn="relu")
llama("llama-scope-topk", 45, (0.9, 0.9), act_fn="topk", top_k=K)


# --- SAELens --------------------------------------------------------------------------------------
libraries.use(options.saelens, "sae_lens")
lens = importlib.import_module("sae_lens")
METADATA = {"model_name": "gpt2-small", "hook_name": LAYER}


def saelens(name, seed, model, inference=True, threshold=None):
    """A file of the library: what it trains from, or what it leaves for use, and how it uses it."""
    files = HERE / name
    randomise(model, seed)
    with torch.no_grad():
        if threshold is not None and hasattr(model, "topk_threshold"):
            model.topk_threshold.fill_(threshold)
        elif threshold is not None:
            model.threshold.copy_(threshold)
    (model.cfg.metadata.model_name, model.cfg.metadata.hook_name) = ("gpt2-small", LAYER)

    def write(directory):
        model.save_model(directory)
        dump(directory / "cfg.json", json.loads((directory / "cfg.json").read_text()))

    def loaded():
        if inference:
            return lens.SAE.load_from_disk(files)
        used = HERE / "used"
        model.save_inference_model(used)
        sae = lens.SAE.load_from_disk(used)
        shutil.rmtree(used)
        return sae

    def reconstruct(f, x):
        sae = loaded()
        return sae(x)

    make(name, seed, write, lambda x: loaded().encode(x), reconstruct)


SIZE = {"d_in": D, "d_sae": N}
LN = {"normalize_activations": "layer_norm"}
ACROSS = SIZE | {"d_out": D + 1, "apply_b_dec_to_input": False}
thresholds = torch.linspace(-0.2, 1.2, N) * S
thresholds[1] = float("nan")  # of a latent that never fires
saelens("saelens-6-standard", 60, lens.StandardSAE(lens.StandardSAEConfig(**SIZE, **LN)))
saelens("saelens-6-topk", 61, lens.TopKSAE(lens.TopKSAEConfig(**SIZE, k=K, rescale_acts_by_decoder_norm=True)))
saelens("saelens-6-jumprelu", 62, lens.JumpReLUSAE(lens.JumpReLUSAEConfig(**SIZE)), threshold=thresholds)
saelens("saelens-6-gated", 63, lens.GatedSAE(lens.GatedSAEConfig(**SIZE, apply_b_dec_to_input=False)))
saelens("saelens-6-transcoder", 64, lens.Transcoder(lens.TranscoderConfig(**ACROSS, **LN)))
saelens("saelens-6-skip-transcoder", 65, lens.SkipTranscoder(lens.SkipTranscoderConfig(**ACROSS)))
saelens(
    "saelens-6-jumprelu-transcoder",
    66,
    lens.JumpReLUTranscoder(lens.JumpReLUTranscoderConfig(**ACROSS)),
    threshold=thresholds,
)
trained = lens.TopKTrainingSAE(lens.TopKTrainingSAEConfig(**SIZE, k=K))
saelens("saelens-6-topk-training", 67, trained, inference=False)
trained = lens.BatchTopKTrainingSAE(lens.BatchTopKTrainingSAEConfig(**SIZE, k=K))
saelens("saelens-6-batchtopk", 68, trained, inference=False, threshold=0.5 * D)
trained = lens.MatryoshkaBatchTopKTrainingSAE(
    lens.MatryoshkaBatchTopKTrainingSAEConfig(**SIZE, k=K, matryoshka_widths=[N // 2, N])
)
saelens("saelens-6-matryoshka", 69, trained, inference=False, threshold=0.5 * D)
trained = lens.JumpReLUTrainingSAE(lens.JumpReLUTrainingSAEConfig(**SIZE, jumprelu_init_threshold=0.3))
saelens("saelens-6-jumprelu-training", 70, trained, inference=False)


def saelens_old(name, seed, config, extra=None):
    w_enc, b_enc, w_dec, b_dec = weights(seed)
    files = HERE / name

    def write(directory):
        dump(directory / "cfg.json", {"d_in": D, "d_sae": N, "dtype": "torch.float32", **config})
        tensors = {"W_enc": w_enc, "b_enc": b_enc, "W_dec": w_dec, "b_dec": b_dec}
        safetensors(directory / "sae_weights.safetensors", tensors | (extra or {}))

    if extra:  # no version from 6 on has it
        scale = extra["finetuning_scaling_factor"]
        encode = lambda x: relu((x - b_dec) @ w_enc + b_enc)
        make(name, seed, write, encode, lambda f, x: (f * scale) @ w_dec + b_dec)
    else:
        load = lambda: lens.SAE.load_from_disk(files)
        make(name, seed, write, lambda x: load().encode(x), lambda f, x: load().decode(f))


OLD = {"model_name": "gpt2-small", "hook_point": LAYER, "hook_point_layer": 8, "lr": 0.0004}
saelens_old("saelens-1", 50, {**OLD, "normalize_activations": False, "activation_fn_str": "relu"})
saelens_old(
    "saelens-3-topk",
    51,
    {
        "architecture": "standard",
        "model_name": "gpt2-small",
        "hook_name": LAYER,
        "hook_head_index": None,
        "activation_fn_str": "topk",
        "activation_fn_kwargs": {"k": K},
        "apply_b_dec_to_input": True,
        "finetuning_scaling_factor": False,
        "normalize_activations": "none",
        "prepend_bos": True,
    },
)
torch.manual_seed(520)
saelens_old(
    "saelens-5-finetuned",
    52,
    {
        "architecture": "standard",
        "model_name": "gpt2-small",
        "hook_name": LAYER,
        "activation_fn": "relu",
        "apply_b_dec_to_input": True,
        "finetuning_scaling_factor": True,
        "normalize_activations": "none",
    },
    {"finetuning_scaling_factor": torch.rand(N) + 0.5},
)
