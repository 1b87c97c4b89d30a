#!/usr/bin/env python3
"""Times one training step of a sparse autoencoder in plain PyTorch, on the CPU or a GPU.

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
compile    none     eager operators
           default  torch.compile of the forward pass with its loss, and of what follows the
                    gradients and Adam
mode       train   whole steps, with the selection of the batch from 65,536 rows in memory
           encode  the dense codes f of a batch, without gradients

With --device cuda everything lies on the GPU, and a step takes the next of the 16 batches there
instead of gathering one. The steps of a request are timed together, from one wait for the GPU to the
next, as a GPU computes while the host goes on; "seconds" then has their mean, once.

With --serve the program writes one JSON line when it is ready,

    {"ready": true, "torch": ..., "threads": ..., "cpu_capability": ..., "peak_rss_bytes": ...}

and then answers each JSON line on standard input, until end of input or {"quit": true}:

    {"mode": "train", "variant": "topk", "n_in": 768, "n_latents": 12288, "k": 32, "batch": 4096,
     "precision": "f32", "adam": "default", "compile": "none", "steps": 3}
    {"mode": "train", "variant": "relu-l1", "n_in": 768, "n_latents": 12288, "l0": 64,
     "batch": 4096, "precision": "f32", "adam": "default", "steps": 3}

with {"seconds": [one per step], "tokens_per_s": batch / median of seconds, "loss": of the last
step (null for encode), "l0": of the last step, "peak_rss_bytes": ...}, or with {"error": ...};
"peak_device_bytes" is added on a GPU.
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
    "compile": ("none", "default"),
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
    compile: str = "none"
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

    def objective(self, x):
        """Returns the loss of a batch and its codes."""
        f = self.encode(x)
        return self.loss(x, f), f

    def fired(self, f):
        return f.sum(dim=0) > 0  # codes are not negative, and a sum is faster than any()

    def l0(self, f):
        return (f > 0).sum().item() / len(f)

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

    model_class = SparseAutoencoder

    def __init__(self, request, device="cpu"):
        self.device = device
        self.generator = torch.Generator().manual_seed(SEED)
        self.batch = request.batch
        self.bf16 = request.precision == "bf16"
        rows = POOL_ROWS if device == "cpu" else POOL_ROWS // self.batch * self.batch or self.batch
        self.pool = torch.randn(rows, request.n_in, generator=self.generator).to(device)
        self.next_row = 0
        self.model = self.model_class(request, self.generator).to(device)
        options = {"fused": True} if request.adam == "fused" else {}
        self.optimiser = torch.optim.Adam(
            self.model.parameters(), lr=3e-4, betas=(0.9, 0.999), eps=1e-8, **options)
        self.tokens_since_fired = torch.zeros(
            request.n_latents, dtype=torch.int64, device=device)
        self.warm = set()
        compiled = torch.compile if request.compile == "default" else lambda function: function
        self.objective = compiled(self.model.objective)
        self.before_adam = compiled(self.model.remove_gradient_along_decoder_rows)
        self.after_adam = compiled(self.model.renormalise_decoder_rows)
        self.count = compiled(self.count_tokens_since_fired)

    def precision(self):
        if self.bf16:
            return torch.autocast(self.device, dtype=torch.bfloat16)
        return contextlib.nullcontext()

    def next_batch(self):
        if self.device != "cpu":
            first = self.next_row
            self.next_row = (first + self.batch) % len(self.pool)
            return self.pool[first:first + self.batch]
        return self.pool[torch.randint(POOL_ROWS, (self.batch,), generator=self.generator)]

    def train_step(self):
        """Returns the codes and the loss."""
        x = self.next_batch()
        with self.precision():
            loss, f = self.objective(x)
        self.optimiser.zero_grad()
        loss.backward()
        self.before_adam()
        self.optimiser.step()
        self.after_adam()
        f = self.detached(f)
        self.count(f)
        return f, loss.detach()

    @staticmethod
    def detached(f):
        return f.detach()

    def count_tokens_since_fired(self, f):
        fired = self.model.fired(f)
        self.tokens_since_fired += self.batch
        self.tokens_since_fired.masked_fill_(fired, 0)

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
        seconds, f, loss = (
            self.timed(step, steps) if self.device == "cpu" else self.timed_together(step, steps))
        if loss is not None and not math.isfinite(loss):
            raise ArithmeticError("the loss is not finite")
        return {
            "seconds": seconds,
            "tokens_per_s": self.batch / statistics.median(seconds),
            "loss": None if loss is None else loss.item(),
            "l0": self.model.l0(f),
            **self.memory(),
        }

    def timed(self, step, steps):
        """Takes steps and returns the seconds of each, and the last one's codes and loss."""
        seconds = []
        for _ in range(steps):
            f = loss = None  # so that two steps' codes are never held at once
            start = time.perf_counter()
            f, loss = step()
            seconds.append(time.perf_counter() - start)
        return seconds, f, loss

    def timed_together(self, step, steps):
        """Takes steps on a GPU and returns their mean seconds, and the last one's codes and loss."""
        torch.cuda.synchronize()
        start = time.perf_counter()
        for _ in range(steps):
            f = loss = None
            f, loss = step()
        torch.cuda.synchronize()
        return [(time.perf_counter() - start) / steps], f, loss

    def memory(self):
        peak = {"peak_rss_bytes": peak_rss_bytes()}
        if self.device != "cpu":
            peak["peak_device_bytes"] = torch.cuda.max_memory_allocated()
        return peak


class Server:
    """Answers requests; keeps the bench of the last configuration."""

    def __init__(self, device="cpu", make=Bench, request_class=Request):
        self.device = device
        self.make = make
        self.request_class = request_class
        self.configuration = None
        self.bench = None

    def answer(self, request):
        if request.configuration() != self.configuration:
            self.configuration = self.bench = None
            if self.device != "cpu":
                torch.cuda.empty_cache()
                torch.cuda.reset_peak_memory_stats()
            self.bench = self.make(request, self.device)
            self.configuration = request.configuration()
        return self.bench.run(request.mode, request.steps)

    def serve(self, lines, more=None):
        write({
            "ready": True,
            "torch": torch.__version__,
            "threads": torch.get_num_threads(),
            "cpu_capability": torch.backends.cpu.get_cpu_capability(),
            "device": device_name(self.device),
            **(more or {}),
            "peak_rss_bytes": peak_rss_bytes(),
        })
        for line in lines:
            try:
                fields = json.loads(line)
                if isinstance(fields, dict) and fields.get("quit") is True:
                    return
                answer = self.answer(self.request_class.of(fields))
            except Exception as error:  # whatever it is, the next request can be right
                message = f"{type(error).__name__}: {error}"
                answer = {"error": message, "peak_rss_bytes": peak_rss_bytes()}
            write(answer)


def device_name(device):
    return "cpu" if device == "cpu" else torch.cuda.get_device_name()


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
        description="Times training steps of a sparse autoencoder in plain PyTorch.",
        epilog="The equations and the protocol of --serve are at the top of this file.")
    parser.add_argument("--serve", action="store_true", help="answer JSON lines of standard input")
    parser.add_argument(
        "--device", choices=("cpu", "cuda"), default="cpu", help="where to compute (default: cpu)")
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
        return options, Request.of(fields)
    except BadRequest as error:
        parser.error(str(error))


def prepare(options, program):
    """Sets threads and precision; leaves with a sentence where there is no such device."""
    torch.set_num_threads(options.threads or len(os.sched_getaffinity(0)))
    if options.device == "cuda" and not torch.cuda.is_available():
        print(f"{program}: PyTorch {torch.__version__} finds no GPU", file=sys.stderr)
        sys.exit(2)


def main():
    options, request = arguments()
    prepare(options, "bench_pytorch.py")
    server = Server(options.device)
    if options.serve:
        server.serve(sys.stdin.buffer)
        return
    try:
        write(server.answer(request))
    except (RuntimeError, ArithmeticError) as error:  # memory there is not, for example
        sys.exit(f"bench_pytorch.py: {error}")


if __name__ == "__main__":
    main()
