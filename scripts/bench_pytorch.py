#!/usr/bin/env python3
"""Times one training step of a sparse autoencoder in plain PyTorch on the CPU.

sae4j's benchmark compares itself with this: the same mathematics, written as usual in PyTorch, with
torch's own operators and its own Adam. A step, for a batch x [batch, n_in]:

    pre   = (x - b_dec) W_enc + b_enc
    f     = ReLU of the k largest of each row of pre, 0 elsewhere     (topk)
            ReLU(pre)                                                 (relu-l1)
    x_hat = f W_dec + b_dec
    loss  = mean over rows of |x_hat - x|^2                           (topk)
            the same + lambda * mean over rows of (sum of f)          (relu-l1, lambda = 1e-6)

    gradients of loss; each decoder row's gradient g loses its part along the row w,
    g <- g - (g.w) w; Adam (lr 3e-4, betas 0.9 and 0.999, eps 1e-8); w <- w / |w|;
    tokens since each latent fired: + batch, or 0 for those that fired in this batch.

W_dec starts as random unit rows, W_enc as its transpose, b_dec as 0. b_enc starts as 0, or, for
relu-l1 with "l0", as the constant with which about l0 latents of n_latents are active: the data
are standard Gaussian and W_enc's columns have norm 1, so pre is standard Gaussian too, and the
constant is the normal quantile of l0 / n_latents. lambda is too small to push L0 down; a small L0
creeps up as the weights learn (64 of 12,288 to 72 in 6 steps), which costs dense tensors nothing.

precision  f32   everything in float32
           bf16  forward and loss under torch.autocast to bfloat16, parameters and Adam in float32
adam       default  torch.optim.Adam as it comes
           fused    torch.optim.Adam(fused=True)
mode       train   whole steps, with the selection of the batch from 65,536 rows in memory
           encode  the dense codes f of a batch, without gradients

With --serve the program writes one JSON line when it is ready,

    {"ready": true, "torch": ..., "threads": ..., "cpu_capability": ..., "peak_rss_bytes": ...}

and then answers each JSON line on standard input, until end of input or {"quit": true}:

    {"mode": "train", "variant": "topk", "n_in": 768, "n_latents": 12288, "k": 32, "batch": 4096,
     "precision": "f32", "adam": "default", "steps": 3}
    {"mode": "train", "variant": "relu-l1", "n_in": 768, "n_latents": 12288, "l0": 64,
     "batch": 4096, "precision": "f32", "adam": "default", "steps": 3}

with {"seconds": [one per step], "tokens_per_s": batch / median of seconds, "loss": of the last
step (null for encode), "l0": of the last step, "peak_rss_bytes": ...}, or with {"error": ...}.
The model of a configuration is built and warmed up (2 steps, not counted) at the first request, and
kept and trained further until a request for another configuration. peak_rss_bytes is the highest
since the process started, over all configurations.

Without --serve the configuration comes from the command line, and one answer is printed.
"""

import argparse
import contextlib
import dataclasses
import json
import math
import os
import resource
import statistics
import sys
import time

try:
    import torch
except ImportError as missing:
    print(f"bench_pytorch.py: needs PyTorch: {missing}", file=sys.stderr)
    sys.exit(2)

POOL_ROWS = 65_536
WARM_UP_STEPS = 2
L1_COEFFICIENT = 1e-6
SEED = 1

CHOICES = {
    "mode": ("train", "encode"),
    "variant": ("topk", "relu-l1"),
    "precision": ("f32", "bf16"),
    "adam": ("default", "fused"),
}


class BadRequest(ValueError):
    """A request that asks for something that does not exist."""


@dataclasses.dataclass(frozen=True)
class Request:
    """What one request asks for; k counts for topk only, l0 for relu-l1 only."""

    mode: str = "train"
    variant: str = "topk"
    n_in: int = 768
    n_latents: int = 12_288
    k: int = 32
    l0: int | None = None
    batch: int = 4096
    precision: str = "f32"
    adam: str = "default"
    steps: int = 5

    def __post_init__(self):
        for name, allowed in CHOICES.items():
            value = getattr(self, name)
            if value not in allowed:
                raise BadRequest(f"{name} must be one of {', '.join(allowed)}: {value!r}")
        for name in ("n_in", "n_latents", "k", "batch", "steps"):
            require_positive(name, getattr(self, name))
        if self.l0 is not None:
            require_positive("l0", self.l0)
        if self.variant == "topk" and self.k > self.n_latents:
            raise BadRequest(f"k is {self.k}, more than the {self.n_latents} latents")
        if self.variant == "relu-l1" and self.l0 is not None and self.l0 >= self.n_latents:
            raise BadRequest(f"l0 is {self.l0}, not less than the {self.n_latents} latents")

    @classmethod
    def of(cls, fields):
        if not isinstance(fields, dict):
            raise BadRequest("a request is a JSON object")
        unknown = sorted(fields.keys() - {field.name for field in dataclasses.fields(cls)})
        if unknown:
            raise BadRequest(f"unknown: {', '.join(unknown)}")
        return cls(**{name: value for name, value in fields.items() if value is not None})

    def configuration(self):
        """What a model is kept for: everything but how it is run and the other variant's option."""
        option = {"l0": None} if self.variant == "topk" else {"k": 1}
        return dataclasses.replace(self, mode="train", steps=1, **option)


def require_positive(name, value):
    if type(value) is not int or value < 1:
        raise BadRequest(f"{name} must be a positive whole number: {value!r}")


class SparseAutoencoder(torch.nn.Module):
    def __init__(self, request, generator):
        super().__init__()
        directions = torch.randn(request.n_latents, request.n_in, generator=generator)
        directions /= directions.norm(dim=1, keepdim=True)
        self.k = request.k if request.variant == "topk" else None
        self.W_dec = torch.nn.Parameter(directions)
        self.W_enc = torch.nn.Parameter(directions.T.contiguous())
        self.b_enc = torch.nn.Parameter(torch.full((request.n_latents,), initial_bias(request)))
        self.b_dec = torch.nn.Parameter(torch.zeros(request.n_in))

    def encode(self, x):
        pre = torch.addmm(self.b_enc, x - self.b_dec, self.W_enc)
        if self.k is None:
            return torch.relu(pre)
        values, indices = torch.topk(pre, self.k, dim=1)
        return torch.zeros_like(pre).scatter_(1, indices, torch.relu(values))

    def decode(self, f):
        return torch.addmm(self.b_dec, f, self.W_dec)

    def loss(self, x, f):
        error = (self.decode(f) - x).square().sum(dim=1).mean()
        return error if self.k is not None else error + L1_COEFFICIENT * f.sum(dim=1).mean()

    @torch.no_grad()
    def remove_gradient_along_decoder_rows(self):
        gradient = self.W_dec.grad
        gradient -= (gradient * self.W_dec).sum(dim=1, keepdim=True) * self.W_dec

    @torch.no_grad()
    def renormalise_decoder_rows(self):
        self.W_dec /= self.W_dec.norm(dim=1, keepdim=True)


def initial_bias(request):
    if request.variant == "topk" or request.l0 is None:
        return 0.0
    return statistics.NormalDist().inv_cdf(request.l0 / request.n_latents)


class Bench:
    """A model of one configuration with its data, its optimiser and its counters."""

    def __init__(self, request):
        self.generator = torch.Generator().manual_seed(SEED)
        self.batch = request.batch
        self.bf16 = request.precision == "bf16"
        self.pool = torch.randn(POOL_ROWS, request.n_in, generator=self.generator)
        self.model = SparseAutoencoder(request, self.generator)
        options = {"fused": True} if request.adam == "fused" else {}
        self.optimiser = torch.optim.Adam(
            self.model.parameters(), lr=3e-4, betas=(0.9, 0.999), eps=1e-8, **options)
        self.tokens_since_fired = torch.zeros(request.n_latents, dtype=torch.int64)
        self.warm = set()

    def precision(self):
        if self.bf16:
            return torch.autocast("cpu", dtype=torch.bfloat16)
        return contextlib.nullcontext()

    def next_batch(self):
        return self.pool[torch.randint(POOL_ROWS, (self.batch,), generator=self.generator)]

    def train_step(self):
        """Returns the codes and the loss."""
        x = self.next_batch()
        with self.precision():
            f = self.model.encode(x)
            loss = self.model.loss(x, f)
        self.optimiser.zero_grad()
        loss.backward()
        self.model.remove_gradient_along_decoder_rows()
        self.optimiser.step()
        self.model.renormalise_decoder_rows()
        fired = f.detach().sum(dim=0) > 0  # codes are not negative, and a sum is faster than any()
        self.tokens_since_fired += self.batch
        self.tokens_since_fired[fired] = 0
        return f.detach(), loss.detach()

    @torch.no_grad()
    def encode_step(self):
        """Returns the codes, and None for the loss."""
        with self.precision():
            return self.model.encode(self.next_batch()), None

    def run(self, mode, steps):
        step = self.train_step if mode == "train" else self.encode_step
        if mode not in self.warm:
            for _ in range(WARM_UP_STEPS):
                step()
            self.warm.add(mode)
        seconds = []
        for _ in range(steps):
            f = loss = None  # so that two steps' codes are never held at once
            start = time.perf_counter()
            f, loss = step()
            seconds.append(time.perf_counter() - start)
        if loss is not None and not math.isfinite(loss):
            raise ArithmeticError("the loss is not finite")
        return {
            "seconds": seconds,
            "tokens_per_s": self.batch / statistics.median(seconds),
            "loss": None if loss is None else loss.item(),
            "l0": (f > 0).sum().item() / self.batch,
            "peak_rss_bytes": peak_rss_bytes(),
        }


class Server:
    """Answers requests; keeps the bench of the last configuration."""

    def __init__(self):
        self.configuration = None
        self.bench = None

    def answer(self, request):
        if request.configuration() != self.configuration:
            self.configuration = self.bench = None
            self.bench = Bench(request)
            self.configuration = request.configuration()
        return self.bench.run(request.mode, request.steps)

    def serve(self, lines):
        write({
            "ready": True,
            "torch": torch.__version__,
            "threads": torch.get_num_threads(),
            "cpu_capability": torch.backends.cpu.get_cpu_capability(),
            "peak_rss_bytes": peak_rss_bytes(),
        })
        for line in lines:
            try:
                fields = json.loads(line)
                if isinstance(fields, dict) and fields.get("quit") is True:
                    return
                answer = self.answer(Request.of(fields))
            except Exception as error:  # whatever it is, the next request can be right
                message = f"{type(error).__name__}: {error}"
                answer = {"error": message, "peak_rss_bytes": peak_rss_bytes()}
            write(answer)


def peak_rss_bytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024  # Linux counts in KiB


def write(answer):
    print(json.dumps(answer), flush=True)


def positive(text):
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a positive whole number: {text!r}")
    return int(text)


def arguments():
    parser = argparse.ArgumentParser(
        description="Times training steps of a sparse autoencoder in plain PyTorch on the CPU.",
        epilog="The equations and the protocol of --serve are at the top of this file.")
    parser.add_argument("--serve", action="store_true", help="answer JSON lines of standard input")
    parser.add_argument("--threads", type=positive, metavar="N", help="default: all cores")
    helps = {"k": "active latents of topk", "l0": "active latents of relu-l1 at the start, about"}
    group = parser.add_argument_group("configuration, without --serve")
    for field in dataclasses.fields(Request):
        default = "half of the latents" if field.name == "l0" else field.default
        text = f"{helps.get(field.name, field.name.replace('_', ' '))} (default: {default})"
        option = "--" + field.name.replace("_", "-")
        if field.name in CHOICES:
            group.add_argument(option, choices=CHOICES[field.name], help=text)
        else:
            group.add_argument(option, type=positive, metavar="N", help=text)
    options = parser.parse_args()
    names = [field.name for field in dataclasses.fields(Request)]
    fields = {name: getattr(options, name) for name in names}
    if options.serve and any(value is not None for value in fields.values()):
        parser.error("with --serve the configurations come from standard input")
    try:
        return options.serve, options.threads, Request.of(fields)
    except BadRequest as error:
        parser.error(str(error))


def main():
    serve, threads, request = arguments()
    torch.set_num_threads(threads or len(os.sched_getaffinity(0)))
    if serve:
        Server().serve(sys.stdin.buffer)
        return
    try:
        write(Server().answer(request))
    except (RuntimeError, ArithmeticError) as error:  # memory there is not, for example
        sys.exit(f"bench_pytorch.py: {error}")


if __name__ == "__main__":
    main()
