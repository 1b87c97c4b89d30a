#!/usr/bin/env python3
"""Times one training step of a TopK autoencoder whose sparse part is computed by Triton kernels.

sae4j's benchmark on a GPU compares itself with this: what public trainers do on a GPU, written again
in short. Mathematics, requests and answers are those of bench_pytorch.py, with variant "topk" and

formulation  dense-encoder   as in OpenAI's sparse_autoencoder (kernels.py): the encoder is dense,
                             also in the backward pass; Triton kernels decode, take products of the
                             error at the codes, and sum the decoder's gradient over entries sorted
                             by latent, adding to memory atomically
             index-add       as in EleutherAI's sparsify (fused_encoder.py): the encoder's gradient
                             is made of contributions [batch * k, n_in] by index_add_; the decoder
                             as before
             kernels         the decoder's kernels also compute the encoder's gradient

The encoder's product is in bfloat16 where precision is "bf16"; the kernels compute in float32.

  bench_triton.py --serve --device cuda    answers requests
  bench_triton.py --check [--device cuda]  compares loss and gradients of each formulation with the
                                           dense model's; exit code 1 if they differ

On a CPU, Triton's kernels run if TRITON_INTERPRET=1 is set; without it, or without Triton, plain
PyTorch stands in for them, so that only the formulations are checked. On a GPU Triton is required.
"""

import dataclasses
import os
import sys

try:
    import torch

    import bench_pytorch
except ImportError as missing:
    print(f"bench_triton.py: needs PyTorch: {missing}", file=sys.stderr)
    sys.exit(2)

try:
    import triton
    import triton.language as tl
except ImportError:
    triton = None

FORMULATIONS = ("dense-encoder", "index-add", "kernels")
ENTRIES = 128  # of a program of transposed_kernel


if triton is not None:

    @triton.jit
    def decode_kernel(indices, values, w, out, width, k: tl.constexpr, block: tl.constexpr):
        """A program per row: the sum of its codes times their rows of w."""
        row = tl.program_id(0)
        column = tl.arange(0, block)
        total = tl.zeros((block,), dtype=tl.float32)
        for j in range(k):
            latent = tl.load(indices + row * k + j)
            value = tl.load(values + row * k + j)
            total += value * tl.load(w + latent * width + column, mask=column < width, other=0.0)
        tl.store(out + row.to(tl.int64) * width + column, total, mask=column < width)

    @triton.jit
    def sampled_kernel(y, w, indices, out, width, k: tl.constexpr, block: tl.constexpr):
        """A program per row: products of its y with the rows of w of its codes."""
        row = tl.program_id(0)
        column = tl.arange(0, block)
        own = tl.load(y + row.to(tl.int64) * width + column, mask=column < width, other=0.0)
        for j in range(k):
            latent = tl.load(indices + row * k + j)
            other = tl.load(w + latent * width + column, mask=column < width, other=0.0)
            tl.store(out + row * k + j, tl.sum(own * other))

    @triton.jit
    def transposed_kernel(
        latents, rows, values, y, out, n, width, entries: tl.constexpr, block: tl.constexpr
    ):
        """A program for some of the entries sorted by latent: adds their values times rows of y."""
        first = tl.program_id(0) * entries
        column = tl.arange(0, block)
        total = tl.zeros((block,), dtype=tl.float32)
        current = tl.load(latents + first)
        for i in range(entries):
            at = first + i
            if at < n:
                latent = tl.load(latents + at)
                if latent != current:
                    tl.atomic_add(out + current * width + column, total, mask=column < width)
                    total = tl.zeros((block,), dtype=tl.float32)
                    current = latent
                row = tl.load(rows + at)
                value = tl.load(values + at)
                total += value * tl.load(y + row * width + column, mask=column < width, other=0.0)
        tl.atomic_add(out + current * width + column, total, mask=column < width)


class TritonKernels:
    """The three sparse products; indices [rows, k] are int64, values and matrices float32."""

    @staticmethod
    def decode(indices, values, w):
        """Returns codes times w, [rows, width]."""
        rows, k = indices.shape
        out = torch.empty(rows, w.shape[1], device=w.device)
        decode_kernel[(rows,)](
            indices, values, w, out, w.shape[1], k=k, block=triton.next_power_of_2(w.shape[1]))
        return out

    @staticmethod
    def sampled(y, w, indices):
        """Returns y times the transpose of w at the codes only, [rows, k]."""
        rows, k = indices.shape
        out = torch.empty(rows, k, device=w.device)
        sampled_kernel[(rows,)](
            y, w, indices, out, w.shape[1], k=k, block=triton.next_power_of_2(w.shape[1]))
        return out

    @staticmethod
    def transposed(indices, values, y, n_latents):
        """Returns the transpose of the codes times y, [n_latents, width]."""
        k = indices.shape[1]
        latents, order = indices.flatten().sort()
        out = torch.zeros(n_latents, y.shape[1], device=y.device)
        n = latents.numel()
        transposed_kernel[(triton.cdiv(n, ENTRIES),)](
            latents, order // k, values.flatten()[order], y, out, n, y.shape[1],
            entries=ENTRIES, block=triton.next_power_of_2(y.shape[1]))
        return out


class PlainKernels:
    """The same in plain PyTorch, for machines without Triton."""

    @staticmethod
    def decode(indices, values, w):
        return (values.unsqueeze(2) * w[indices]).sum(dim=1)

    @staticmethod
    def sampled(y, w, indices):
        return (y.unsqueeze(1) * w[indices]).sum(dim=2)

    @staticmethod
    def transposed(indices, values, y, n_latents):
        parts = values.unsqueeze(2) * y.unsqueeze(1)
        out = torch.zeros(n_latents, y.shape[1], device=y.device)
        return out.index_add_(0, indices.flatten(), parts.flatten(0, 1))


def kernels_for(device):
    """Chooses the kernels; a GPU's are always Triton's."""
    interpreted = os.environ.get("TRITON_INTERPRET") == "1"
    if device == "cuda" and triton is None:
        print("bench_triton.py: needs Triton, which this Python does not have", file=sys.stderr)
        sys.exit(2)
    return TritonKernels if triton and (device == "cuda" or interpreted) else PlainKernels


class Decode(torch.autograd.Function):
    """values times w at the indices."""

    @staticmethod
    def forward(ctx, kernels, indices, values, w):
        ctx.kernels = kernels
        ctx.save_for_backward(indices, values, w)
        return kernels.decode(indices, values, w)

    @staticmethod
    def backward(ctx, gradient):
        indices, values, w = ctx.saved_tensors
        gradient = gradient.contiguous()
        return (
            None,
            None,
            ctx.kernels.sampled(gradient, w, indices),
            ctx.kernels.transposed(indices, values, gradient, len(w)),
        )


class FusedEncode(torch.autograd.Function):
    """The k largest of x times the transpose of w, and gradients that need only those."""

    @staticmethod
    def forward(ctx, kernels, index_add, x, w, bias, k, dtype):
        pre = torch.addmm(bias.to(dtype), x.to(dtype), w.to(dtype).T)
        values, indices = torch.topk(pre, k, dim=1, sorted=False)
        values = torch.relu(values.float())
        ctx.kernels, ctx.index_add = kernels, index_add
        ctx.save_for_backward(x, w, values, indices)
        ctx.mark_non_differentiable(indices)
        return values, indices

    @staticmethod
    def backward(ctx, gradient, _):
        x, w, values, indices = ctx.saved_tensors
        gradient = (gradient * (values > 0)).contiguous()
        if ctx.index_add:
            parts = (gradient.unsqueeze(2) * x.unsqueeze(1)).flatten(0, 1)
            by_w = torch.zeros_like(w).index_add_(0, indices.flatten(), parts)
        else:
            by_w = ctx.kernels.transposed(indices, gradient, x, len(w))
        by_bias = torch.zeros(len(w), device=w.device)
        by_bias.index_add_(0, indices.flatten(), gradient.flatten())
        by_x = ctx.kernels.decode(indices, gradient, w)
        return None, None, by_x, by_w, by_bias, None, None


class TritonAutoencoder(bench_pytorch.SparseAutoencoder):
    """The dense model with its encoder by latents, and codes as indices and values."""

    def __init__(self, request, generator):
        super().__init__(request, generator)
        self.W_enc = torch.nn.Parameter(self.W_dec.detach().clone())
        self.formulation = request.formulation
        self.dtype = torch.bfloat16 if request.precision == "bf16" else torch.float32
        self.kernels = None

    def to(self, device):
        self.kernels = kernels_for(device)
        return super().to(device)

    def encode(self, x):
        centred = x - self.b_dec
        if self.formulation == "dense-encoder":
            pre = torch.addmm(
                self.b_enc.to(self.dtype), centred.to(self.dtype), self.W_enc.to(self.dtype).T)
            values, indices = torch.topk(pre, self.k, dim=1, sorted=False)
            return torch.relu(values.float()), indices
        return FusedEncode.apply(
            self.kernels, self.formulation == "index-add", centred, self.W_enc, self.b_enc, self.k,
            self.dtype)

    def decode(self, codes):
        values, indices = codes
        return Decode.apply(self.kernels, indices, values, self.W_dec) + self.b_dec

    def loss(self, x, codes):
        return (self.decode(codes) - x).square().sum(dim=1).mean()

    def fired(self, codes):
        values, indices = codes
        counts = torch.zeros(len(self.b_enc), device=values.device)
        return counts.index_add_(0, indices.flatten(), (values > 0).float().flatten()) > 0

    def l0(self, codes):
        values, _ = codes
        return (values > 0).sum().item() / len(values)


@dataclasses.dataclass(frozen=True)
class Request(bench_pytorch.Request):
    """A request with a formulation."""

    formulation: str = "kernels"

    def __post_init__(self):
        super().__post_init__()
        if self.formulation not in FORMULATIONS:
            raise bench_pytorch.BadRequest(
                f"formulation must be one of {', '.join(FORMULATIONS)}: {self.formulation!r}")
        if self.variant != "topk" or self.compile != "none":
            raise bench_pytorch.BadRequest('variant must be "topk" and compile "none"')


class Bench(bench_pytorch.Bench):
    model_class = TritonAutoencoder

    def precision(self):
        return bench_pytorch.contextlib.nullcontext()  # the model casts what is multiplied

    @staticmethod
    def detached(codes):
        return tuple(part.detach() for part in codes)


def check(device):
    """Compares every formulation with the dense model, in float32; returns whether they agree."""
    torch.backends.cuda.matmul.allow_tf32 = False
    kernels = kernels_for(device).__name__
    agree = True
    for shape in ({"n_in": 20, "n_latents": 50, "k": 3, "batch": 40},
                  {"n_in": 33, "n_latents": 300, "k": 7, "batch": 25}):
        dense = bench_pytorch.Bench(bench_pytorch.Request(**shape), device)
        x = dense.pool[:shape["batch"]]
        expected, _ = dense.model.objective(x)
        expected.backward()
        gradients = {name: p.grad for name, p in dense.model.named_parameters()}
        gradients["W_enc"] = gradients["W_enc"].T
        for formulation in FORMULATIONS:
            sparse = Bench(Request(formulation=formulation, **shape), device)
            loss, _ = sparse.model.objective(x)
            loss.backward()
            worst = abs(loss.item() - expected.item()) / abs(expected.item())
            for name, parameter in sparse.model.named_parameters():
                scale = gradients[name].abs().max()
                worst = max(worst, ((parameter.grad - gradients[name]).abs().max() / scale).item())
            agree = agree and worst < 1e-5
            bench_pytorch.write({
                "formulation": formulation, "kernels": kernels, **shape,
                "largest_difference": worst, "agrees": worst < 1e-5})
    return agree


def main():
    parser = bench_pytorch.argparse.ArgumentParser(
        description="Times training steps of a TopK autoencoder with Triton kernels.",
        epilog="The formulations are described at the top of this file.")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--serve", action="store_true", help="answer JSON lines of standard input")
    what.add_argument("--check", action="store_true", help="compare with the dense model")
    parser.add_argument(
        "--device", choices=("cpu", "cuda"), default="cpu", help="where to compute (default: cpu)")
    parser.add_argument("--threads", type=bench_pytorch.positive, metavar="N",
                        help="default: all cores")
    options = parser.parse_args()
    bench_pytorch.prepare(options, "bench_triton.py")
    kernels_for(options.device)
    if options.check:
        sys.exit(0 if check(options.device) else 1)
    server = bench_pytorch.Server(options.device, Bench, Request)
    server.serve(sys.stdin.buffer, {"triton": triton.__version__ if triton else None})


if __name__ == "__main__":
    main()
