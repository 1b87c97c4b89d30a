#!/usr/bin/env python3
"""Runs dictionary_learning's own TopK trainer on a sae4j dump, for the comparison in docs/results.md.

    dictionary_learning.py CHECKOUT DUMP OUT --rows N [--lr RATE] [--decay-start FRACTION] [--seed S]

CHECKOUT  a clone of dictionary_learning, whose classes are imported unchanged; needs PyTorch
DUMP      activations of one tensor, from 'sae harvest'
OUT       where to put ae.pt and config.json, which 'sae eval' and 'sae report' read
--rows    train on the first N rows, holding out the rest as the run it is compared with does

Each pass reads batches of 4,096 rows in a new order. Inputs are scaled to a mean squared norm of 1,
and the biases are scaled back at the end, as in the library's training loop. The default learning
rate is 2e-4 / sqrt(latents / 2^14), with a warm-up of 1,000 steps and no decay.
"""
import argparse
import json
import os
import sys
import time
import types

import numpy as np
import torch


def library(checkout):
    """The trainer and its dictionary, without the modules that need a language model's library."""
    root = os.path.join(checkout, "dictionary_learning")
    for name, path in (("dictionary_learning", root), ("dictionary_learning.trainers", root + "/trainers")):
        package = types.ModuleType(name)
        package.__path__ = [path]
        sys.modules[name] = package
    try:
        import einops  # noqa: F401
    except ImportError:
        sys.modules["einops"] = types.ModuleType("einops")
        sys.modules["einops"].einsum = named_einsum
    from dictionary_learning.trainers.top_k import TopKTrainer

    return TopKTrainer


def named_einsum(*operands):
    """einops' einsum for the library's patterns, whose dimensions are words."""
    *tensors, pattern = operands
    letters = {}
    short = " ".join(
        w if w in (",", "->") else letters.setdefault(w, chr(ord("a") + len(letters)))
        for w in pattern.replace(",", " , ").replace("->", " -> ").split()
    )
    return torch.einsum(short.replace(" ", ""), *tensors)


def read_rows(dump, most):
    """[rows, width] as bfloat16 or float32, whichever the dump has."""
    with open(os.path.join(dump, "manifest.json"), encoding="utf8") as f:
        manifest = json.load(f)
    tensor = manifest["tensors"][0]
    kinds = {"BF16": (np.int16, torch.bfloat16), "F32": (np.float32, torch.float32)}
    stored, kind = kinds[tensor["dtype"]]
    parts, rows = [], 0
    for shard in manifest["shards"]:
        path = os.path.join(dump, shard["file"])
        with open(path, "rb") as f:
            length = int.from_bytes(f.read(8), "little")
            begin, _ = json.loads(f.read(length))[tensor["name"]]["data_offsets"]
        count = min(shard["rows"], most - rows)
        part = np.fromfile(path, stored, count * tensor["width"], offset=8 + length + begin)
        parts.append(torch.from_numpy(part).view(kind).reshape(count, tensor["width"]))
        rows += count
        if rows == most:
            break
    return torch.cat(parts), manifest["model"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout")
    parser.add_argument("dump")
    parser.add_argument("out")
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--latents", type=int, default=8192)
    parser.add_argument("--k", type=int, default=32)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--batch", type=int, default=4096)
    parser.add_argument("--lr", type=float)
    parser.add_argument("--warm-up", type=int, default=1000)
    parser.add_argument("--decay-start", type=float, help="fraction of the run after which the rate falls")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, help="stop after this many steps")
    args = parser.parse_args()
    trainer_class = library(args.checkout)
    rows, model = read_rows(args.dump, args.rows)
    steps = args.epochs * (len(rows) // args.batch)
    trainer = trainer_class(
        steps=steps, activation_dim=rows.shape[1], dict_size=args.latents, k=args.k, layer=0, lm_name=model,
        lr=args.lr, warmup_steps=args.warm_up, seed=args.seed, device="cpu",
        decay_start=None if args.decay_start is None else int(args.decay_start * steps))
    order = torch.Generator().manual_seed(args.seed)
    sample = rows[torch.randperm(len(rows), generator=order)[: 100 * args.batch]].float()
    norm = sample.pow(2).sum(dim=1).mean().sqrt().item()
    del sample
    step, start = 0, time.time()
    for _ in range(args.epochs):
        shuffled = torch.randperm(len(rows), generator=order)
        for at in range(0, len(rows) - args.batch + 1, args.batch):
            loss = trainer.update(step, rows[shuffled[at : at + args.batch]].float() / norm)
            step += 1
            if step % 50 == 0:
                print(f"step {step} of {steps}, loss {loss:.4f}, {time.time() - start:.0f} s", flush=True)
            if step == args.steps:
                break
        if step == args.steps:
            break
    trainer.ae.scale_biases(norm)
    os.makedirs(args.out, exist_ok=True)
    torch.save(trainer.ae.state_dict(), os.path.join(args.out, "ae.pt"))
    config = {"trainer": trainer.config, "buffer": {"ctx_len": 0}}
    with open(os.path.join(args.out, "config.json"), "w", encoding="utf8") as f:
        json.dump(config, f, indent=2)
    print(f"{step} steps in {time.time() - start:.0f} s at rate {trainer.lr:.3g}; wrote {args.out}")


main()
