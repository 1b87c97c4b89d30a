"""Makes the golden dictionaries of other libraries in formats/: the files as each library lays them
out, and what PyTorch computes by that library's own definition. Needs numpy, torch 2.13.

    python3 make_formats.py
"""

import collections
import json
import pathlib
import shutil
import struct

import numpy as np
import torch

HERE = pathlib.Path(__file__).parent / "formats"
D, N, ROWS, K = 3, 6, 5, 2
relu = torch.relu


def safetensors(path, tensors):
    header, data = {}, b""
    for name, tensor in tensors.items():
        raw = tensor.float().contiguous().numpy().astype("<f4").tobytes()
        offsets = [len(data), len(data) + len(raw)]
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": offsets}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def weights(seed, out=D):
    """W_enc [D, N], b_enc, W_dec [N, out], b_dec: rows of any norm."""
    torch.manual_seed(seed)
    normal = lambda *shape: torch.randn(*shape).double().float()
    return normal(D, N), normal(N) * 0.3, normal(N, out), normal(out)


def topk(pre, k=K):
    best = pre.topk(k, dim=-1)
    return torch.zeros_like(pre).scatter(-1, best.indices, relu(best.values))


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
    (directory / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


def dump(path, value):
    path.write_text(json.dumps(value, indent=2) + "\n")


# --- sparsify -------------------------------------------------------------------------------------
def sparsify(name, seed, transcode, skip):
    w_enc, b_enc, w_dec, b_dec = weights(seed)
    w_skip = torch.randn(D, D)

    def write(directory):
        config = {
            "activation": "topk",
            "expansion_factor": 2,
            "normalize_decoder": True,
            "num_latents": 0 if name == "sparsify" else N,
            "k": K,
            "multi_topk": False,
            "skip_connection": skip,
            "transcode": transcode,
            "d_in": D,
        }
        dump(directory / "cfg.json", config)
        tensors = {"encoder.weight": w_enc.T, "encoder.bias": b_enc, "W_dec": w_dec, "b_dec": b_dec}
        safetensors(directory / "sae.safetensors", tensors | ({"W_skip": w_skip} if skip else {}))

    def encode(x):
        return topk(relu((x if transcode else x - b_dec) @ w_enc + b_enc))

    make(name, seed, write, encode, lambda f, x: f @ w_dec + b_dec + (x @ w_skip.T if skip else 0))


sparsify("sparsify", 1, False, False)
sparsify("sparsify-transcoder", 2, True, False)
sparsify("sparsify-skip", 3, True, True)


# --- dictionary_learning --------------------------------------------------------------------------
def dictionary(kind, seed, state, encode, decode, **trainer):
    def write(directory):
        torch.save(state, directory / "ae.pt")
        settings = {
            "dict_class": kind,
            "activation_dim": D,
            "dict_size": N,
            "layer": 8,
            "lm_name": "EleutherAI/pythia-70m-deduped",
            "submodule_name": "resid_post_layer_8",
            **trainer,
        }
        dump(directory / "config.json", {"trainer": settings, "buffer": {"ctx_len": 128}})

    make("dictionary-learning-" + kind, seed, write, encode, decode)


def ordered(**tensors):
    return collections.OrderedDict((k.replace("__", "."), v) for k, v in tensors.items())


w_enc, b_enc, w_dec, b_dec = weights(10)
dictionary(
    "AutoEncoder",
    10,
    ordered(bias=b_dec, encoder__weight=w_enc.T.contiguous(), encoder__bias=b_enc, decoder__weight=w_dec.T),
    lambda x, e=w_enc, b=b_enc, c=b_dec: relu((x - c) @ e + b),
    lambda f, x, d=w_dec, c=b_dec: f @ d + c,
)
w_enc, b_enc, w_dec, b_dec = weights(11)
dictionary(
    "AutoEncoderNew",
    11,
    ordered(encoder__weight=w_enc.T, encoder__bias=b_enc, decoder__weight=w_dec.T.contiguous(), decoder__bias=b_dec),
    lambda x, e=w_enc, b=b_enc: relu(x @ e + b),
    lambda f, x, d=w_dec, c=b_dec: f @ d + c,
)
w_enc, b_enc, w_dec, b_dec = weights(12)
dictionary(
    "AutoEncoderTopK",
    12,
    ordered(
        b_dec=b_dec,
        k=torch.tensor(K, dtype=torch.int32),
        threshold=torch.tensor(-1.0),
        decoder__weight=w_dec.T.contiguous(),
        encoder__weight=w_enc.T.contiguous(),
        encoder__bias=b_enc,
    ),
    lambda x, e=w_enc, b=b_enc, c=b_dec: topk(relu((x - c) @ e + b)),
    lambda f, x, d=w_dec, c=b_dec: f @ d + c,
    k=K,
)
w_enc, b_enc, w_dec, b_dec = weights(13)


def above(pre, threshold):
    return pre * (pre > threshold)


dictionary(
    "BatchTopKSAE",
    13,
    ordered(
        b_dec=b_dec,
        k=torch.tensor(K, dtype=torch.int32),
        threshold=torch.tensor(0.4),
        decoder__weight=w_dec.T.contiguous(),
        encoder__weight=w_enc.T.contiguous(),
        encoder__bias=b_enc,
    ),
    lambda x, e=w_enc, b=b_enc, c=b_dec: above(relu((x - c) @ e + b), 0.4),
    lambda f, x, d=w_dec, c=b_dec: f @ d + c,
    k=K,
)
w_enc, b_enc, w_dec, b_dec = weights(14)
r_mag, mag_bias = torch.randn(N) * 0.5, torch.randn(N) * 0.3


def gated(x, e=w_enc, gate=b_enc, c=b_dec, r=r_mag, mag=mag_bias, d=w_dec):
    pre = (x - c) @ e
    return (pre + gate > 0) * relu(r.exp() * pre + mag) * d.norm(dim=1)


dictionary(
    "GatedAutoEncoder",
    14,
    ordered(
        decoder_bias=b_dec,
        r_mag=r_mag,
        gate_bias=b_enc,
        mag_bias=mag_bias,
        encoder__weight=w_enc.T.contiguous(),
        decoder__weight=w_dec.T.contiguous(),
    ),
    gated,
    lambda f, x, d=w_dec, c=b_dec: (f / d.norm(dim=1)) @ d + c,
)
w_enc, b_enc, w_dec, b_dec = weights(15)
threshold = torch.rand(N)
dictionary(
    "JumpReluAutoEncoder",
    15,
    ordered(W_enc=w_enc, b_enc=b_enc, W_dec=w_dec, b_dec=b_dec, threshold=threshold),
    lambda x, e=w_enc, b=b_enc, t=threshold, d=w_dec: relu(above(x @ e + b, t)) * d.norm(dim=1),
    lambda f, x, d=w_dec, c=b_dec: (f / d.norm(dim=1)) @ d + c,
)
w_enc, b_enc, w_dec, b_dec = weights(16)
dictionary(
    "MatryoshkaBatchTopKSAE",
    16,
    ordered(
        W_enc=w_enc,
        b_enc=b_enc,
        W_dec=w_dec,
        b_dec=b_dec,
        k=torch.tensor(K, dtype=torch.int32),
        threshold=torch.tensor(0.3),
        group_sizes=torch.tensor([2, 4]),
    ),
    lambda x, e=w_enc, b=b_enc, c=b_dec: above(relu((x - c) @ e + b), 0.3),
    lambda f, x, d=w_dec, c=b_dec: f @ d + c,
    k=K,
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
def openai(name, seed, activation):
    w_enc, b_enc, w_dec, b_dec = weights(seed)

    def write(directory):
        state = collections.OrderedDict(
            {
                "pre_bias": b_dec,
                "latent_bias": b_enc,
                "stats_last_nonzero": torch.zeros(N, dtype=torch.long),
                "encoder.weight": w_enc.T.contiguous(),
                "decoder.weight": w_dec.T.contiguous(),
                "activation": activation,
            }
        )
        if activation == "TopK":
            state["activation_state_dict"] = {"k": K, "postact_fn": "ReLU"}
        torch.save(state, directory / "8.pt")

    def normed(x):
        if activation != "TopK":
            return x, 1, 0
        mean = x.mean(dim=-1, keepdim=True)
        deviation = (x - mean).std(dim=-1, keepdim=True)
        return (x - mean) / (deviation + 1e-5), deviation, mean

    def encode(x):
        pre = (normed(x)[0] - b_dec) @ w_enc + b_enc
        return topk(pre) if activation == "TopK" else relu(pre)

    def decode(f, x):
        _, deviation, mean = normed(x)
        return (f @ w_dec + b_dec) * deviation + mean

    make(name, seed, write, encode, decode)


openai("openai-relu", 30, "ReLU")
openai("openai-topk", 31, "TopK")


# --- Llama Scope ----------------------------------------------------------------------------------
def llama(name, seed, by_norm, transcodes):
    w_enc, b_enc, w_dec, b_dec = weights(seed, 4 if transcodes else D)
    norms = {"in": 6.5, "out": 3.25 if transcodes else 6.5}

    def write(directory):
        tensors = {"encoder.weight": w_enc.T, "encoder.bias": b_enc}
        tensors |= {"decoder.weight": w_dec.T, "decoder.bias": b_dec}
        safetensors(directory / "checkpoints" / "final.safetensors", tensors)
        config = {
            "d_model": D,
            "d_sae": N,
            "use_decoder_bias": True,
            "apply_decoder_bias_to_pre_encoder": False,
            "act_fn": "jumprelu",
            "jump_relu_threshold": 0.25,
            "norm_activation": "dataset-wise",
            "dataset_average_activation_norm": norms,
            "sparsity_include_decoder_norm": by_norm,
            "hook_point_in": "blocks.8.ln2.hook_normalized" if transcodes else "blocks.8.hook_resid_post",
            "hook_point_out": "blocks.8.hook_mlp_out" if transcodes else "blocks.8.hook_resid_post",
            "top_k": 50,
        }
        dump(directory / "hyperparams.json", config)

    def encode(x):
        pre = relu((x * D**0.5 / norms["in"]) @ w_enc + b_enc)
        return pre * (pre * (w_dec.norm(dim=1) if by_norm else 1) > 0.25)

    def decode(f, x):
        return (f @ w_dec + b_dec) * norms["out"] / w_dec.shape[1] ** 0.5

    make(name, seed, write, encode, decode)


llama("llama-scope", 40, False, False)
llama("llama-scope-by-norm", 41, True, False)
llama("llama-scope-transcoder", 42, False, True)


# --- SAELens before 6.0, and a training checkpoint ------------------------------------------------
def saelens(name, seed, config, extra, encode):
    w_enc, b_enc, w_dec, b_dec = weights(seed)

    def write(directory):
        dump(directory / "cfg.json", {"d_in": D, "d_sae": N, "dtype": "torch.float32", **config})
        tensors = {"W_enc": w_enc, "b_enc": b_enc, "W_dec": w_dec, "b_dec": b_dec}
        safetensors(directory / "sae_weights.safetensors", tensors | extra)

    scale = extra.get("finetuning_scaling_factor", 1)
    make(
        name,
        seed,
        write,
        lambda x: encode((x - b_dec) @ w_enc + b_enc),
        lambda f, x: (f * scale) @ w_dec + b_dec,
    )


OLD = {"model_name": "gpt2-small", "hook_point": "blocks.8.hook_resid_pre", "hook_point_layer": 8}
saelens("saelens-1", 50, {**OLD, "normalize_activations": False, "activation_fn_str": "relu"}, {}, relu)
saelens(
    "saelens-3-topk",
    51,
    {
        "architecture": "standard",
        "model_name": "gpt2-small",
        "hook_name": "blocks.8.hook_resid_pre",
        "hook_head_index": None,
        "activation_fn_str": "topk",
        "activation_fn_kwargs": {"k": K},
        "apply_b_dec_to_input": True,
        "finetuning_scaling_factor": False,
        "normalize_activations": "none",
        "prepend_bos": True,
    },
    {},
    lambda pre: topk(relu(pre)),
)
saelens(
    "saelens-5-finetuned",
    52,
    {
        "architecture": "standard",
        "model_name": "gpt2-small",
        "hook_name": "blocks.8.hook_resid_pre",
        "activation_fn": "relu",
        "apply_b_dec_to_input": True,
        "finetuning_scaling_factor": True,
        "normalize_activations": "none",
    },
    {"finetuning_scaling_factor": torch.rand(N) + 0.5},
    relu,
)
saelens(
    "saelens-6-batchtopk",
    53,
    {"architecture": "batchtopk", "k": K, "apply_b_dec_to_input": True, "metadata": {"model_name": "m", "hook_name": "h"}},
    {"topk_threshold": torch.tensor(0.35)},
    lambda pre: above(relu(pre), 0.35),
)
