"""Makes the golden SAE directories beside this file: what SAELens would write, and what a NumPy
reading of its definition computes with it. Needs numpy only.

    python3 make_saelens.py
"""

import json
import pathlib
import struct

import numpy as np

HERE = pathlib.Path(__file__).parent


def safetensors(path, tensors):
    header, data = {}, b""
    for name, tensor in tensors.items():
        raw = tensor.astype("<f4").tobytes(order="C")
        offsets = [len(data), len(data) + len(raw)]
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": offsets}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def row_norm(x, cfg):
    """SAELens' run_time_activation_ln_in: what rows become, their deviations and means."""
    if cfg["normalize_activations"] == "none":
        return x, 1, 0
    mean = x.mean(axis=1, keepdims=True)
    deviation = (x - mean).std(axis=1, keepdims=True, ddof=1)
    return (x - mean) / (deviation + 1e-5), deviation, mean


def encode(x, w, cfg):
    if cfg["apply_b_dec_to_input"]:
        x = x - w["b_dec"]
    if cfg["architecture"] == "gated":
        gate = x @ w["W_enc"] + w["b_gate"] > 0
        return gate * np.maximum(x @ (w["W_enc"] * np.exp(w["r_mag"])) + w["b_mag"], 0)
    pre = x @ w["W_enc"] + w["b_enc"]
    if cfg["architecture"] == "jumprelu":
        return np.maximum(pre, 0) * (pre > w["threshold"])
    if cfg["architecture"] != "topk":  # standard, transcoder, skip_transcoder
        return np.maximum(pre, 0)
    if cfg["rescale_acts_by_decoder_norm"]:
        pre = pre * np.linalg.norm(w["W_dec"], axis=1)
    kept = np.zeros_like(pre)
    for row, out in zip(pre, kept):
        top = np.argsort(-row)[: cfg["k"]]
        out[top] = np.maximum(row[top], 0)
    return kept


def decode(codes, x, w, cfg):
    if cfg.get("rescale_acts_by_decoder_norm"):
        codes = codes / np.linalg.norm(w["W_dec"], axis=1)
    skip = x @ w["W_skip"].T if "W_skip" in w else 0
    return codes @ w["W_dec"] + w["b_dec"] + skip


def make(name, seed, **fields):
    rng = np.random.default_rng(seed)
    d_in, d_sae, rows = 3, 5, 4
    d_out = fields.get("d_out", d_in)
    w = {
        "W_enc": rng.normal(size=(d_in, d_sae)),
        "b_enc": rng.normal(size=d_sae) * 0.3,
        "W_dec": rng.normal(size=(d_sae, d_out)),
        "b_dec": rng.normal(size=d_out),
    }
    architecture = fields["architecture"]
    if architecture == "jumprelu":
        w["threshold"] = rng.uniform(0.2, 1, size=d_sae)
        if not name.endswith("-log"):
            w["threshold"][0] = -9
    if architecture == "gated":
        w["b_gate"] = w.pop("b_enc")
        w["b_mag"] = rng.normal(size=d_sae) * 0.3
        w["r_mag"] = rng.normal(size=d_sae) * 0.5
    if architecture == "skip_transcoder":
        w["W_skip"] = rng.normal(size=(d_out, d_in))
    w = {key: value.astype("<f4").astype("f8") for key, value in w.items()}
    cfg = {
        "d_in": d_in,
        "d_sae": d_sae,
        "dtype": "float32",
        "device": "cpu",
        "apply_b_dec_to_input": True,
        "normalize_activations": "none",
        "reshape_activations": "none",
        "metadata": {
            "sae_lens_version": "6.49.2",
            "model_name": "gpt2-small",
            "hook_name": "blocks.8.hook_resid_pre",
            "hook_head_index": None,
            "context_size": 128,
            "prepend_bos": True,
        },
        **fields,
    }
    x = rng.normal(size=(rows, d_in)).astype("<f4").astype("f8")
    normed, deviation, mean = row_norm(x, cfg)
    codes = encode(normed, w, cfg)
    directory = HERE / name
    directory.mkdir(exist_ok=True)
    (directory / "cfg.json").write_text(json.dumps(cfg, indent=2) + "\n")
    if name == "jumprelu-log":  # as older versions wrote it
        logs = {"log_threshold": np.log(w["threshold"])}
        stored = {key: value for key, value in w.items() if key != "threshold"} | logs
    else:
        stored = w
    safetensors(directory / "sae_weights.safetensors", stored)
    expected = {
        "x": x.tolist(),
        "codes": codes.tolist(),
        "reconstruction": (decode(codes, normed, w, cfg) * deviation + mean).tolist(),
    }
    (directory / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


make("standard", 1, architecture="standard")
make("topk", 2, architecture="topk", k=2, rescale_acts_by_decoder_norm=False)
make("topk-by-norm", 3, architecture="topk", k=2, rescale_acts_by_decoder_norm=True)
make("uncentred", 4, architecture="standard", apply_b_dec_to_input=False)
make("layer-norm", 5, architecture="standard", normalize_activations="layer_norm")
make("jumprelu", 6, architecture="jumprelu")
make("jumprelu-uncentred", 7, architecture="jumprelu", apply_b_dec_to_input=False)
make("gated", 8, architecture="gated")
make("gated-uncentred", 9, architecture="gated", apply_b_dec_to_input=False)
make("transcoder", 10, architecture="transcoder", d_out=4, apply_b_dec_to_input=False)
make("skip-transcoder", 11, architecture="skip_transcoder", d_out=4, apply_b_dec_to_input=False)
make("jumprelu-log", 12, architecture="jumprelu")
