"""Writes .saez files by docs/formats.md alone: python3 make_golden.py (needs NumPy).

NAME.saez is the file; NAME.f32 has b_dec, W_dec and the rows that must be read, as float32.
"""

import hashlib
import json
import struct

import numpy as np

F = np.float32
N_IN, N_LATENTS, ROWS, BLOCK = 6, 200, 9, 4


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def packed(data):
    return struct.pack("<II", len(data), len(data)) + bytes(data)


def varint(n):
    out = b""
    while n > 0x7F:
        out += bytes([n & 0x7F | 0x80])
        n >>= 7
    return out + bytes([n])


def escaped(n, low, high):
    if n < 255:
        low.append(n)
    else:
        low.append(255)
        high.extend(varint(n - 255))


def bf16(x):
    return np.frombuffer(struct.pack("<f", x), "<u4")[0] >> 16


def of_bf16(bits):
    return np.frombuffer(struct.pack("<I", int(bits) << 16), "<f4")[0]


def planes(numbers, size):
    return b"".join(bytes(int(n) >> 8 * i & 255 for n in numbers) for i in range(size))


def write(name, seed, bits, scale, norm, error):
    rng = np.random.default_rng(seed)
    b_dec = rng.standard_normal(N_IN).astype(F)
    w_dec = rng.standard_normal((N_LATENTS, N_IN)).astype(F)
    sha = hashlib.sha256(
        struct.pack("<III", N_IN, N_LATENTS, int(norm)) + b_dec.tobytes() + w_dec.tobytes()
    ).hexdigest()
    header = {"nIn": N_IN, "nLatents": N_LATENTS, "bits": bits, "scale": scale}
    header["rowNorm"] = "layer-norm" if norm else "none"
    if error:
        header["maxError"] = error
    header["sae"] = {"sha256": sha, "label": "TopK, k = 3", "encoder": "own"}
    header["rows"] = {"model": "a model", "tensor": "einé Schicht"}
    header = json.dumps(header, ensure_ascii=False).encode()

    classes = rng.integers(0, 256, N_LATENTS)
    order = sorted(range(N_LATENTS), key=lambda j: (classes[j], j))
    latent_scales = [bf16(abs(x) + 0.5) for x in rng.standard_normal(N_LATENTS)]
    table = bytes(classes.tolist())
    if scale == "latent":
        table += planes(latent_scales, 2)
    table = packed(table)
    start = b"\x89SAEZ\r\n\x1a" + struct.pack("<III", 1, len(header), len(table))
    out = start + struct.pack("<I", crc32c(start + header + table)) + header + table

    index, expected = b"", []
    for number, first in enumerate(range(0, ROWS, BLOCK)):
        rows = min(BLOCK, ROWS - first)
        s = {k: bytearray() for k in range(12)}
        counts, entries, negative = [], 0, []
        block_scale = bf16(2.5)
        row_scales = [bf16(abs(x) + 1) for x in rng.standard_normal(rows)]
        means = rng.standard_normal(rows).astype(F)
        deviations = (1 + rng.random(rows)).astype(F)
        steps = []
        for row in range(rows):
            places = sorted(rng.choice(N_LATENTS, [0, 1, 3, 5][row % 4], replace=False))
            s[0] += varint(len(places))
            x, before = b_dec.copy(), -1
            for place in places:
                gap, before = int(place) - before - 1, int(place)
                if gap < 128:
                    s[1].append(gap)
                else:
                    s[1].append(gap % 128 + 128)
                    s[2] += varint(gap // 128)
                latent = order[place]
                sc = {"latent": latent_scales[latent], "row": row_scales[row]}.get(scale, block_scale)
                step = of_bf16(sc) / F(2**bits - 1)
                m = int(rng.choice([0, 1, 5, 254, 255, 300, 40000]))
                escaped(m, s[3], s[4])
                value = step / F(4) if m == 0 else F(m) * step
                minus = scale != "row" and rng.random() < 0.4
                negative.append(minus)
                x = x + (-value if minus else value) * w_dec[latent]
            entries += len(places)
            if norm:
                x = x * deviations[row] + means[row]
            if error:
                delta = 0 if row == 2 else bf16(0.125)
                steps.append(delta)
                for j in range(N_IN):
                    if delta == 0:
                        x[j] = F(rng.standard_normal())
                        s[11] += struct.pack("<f", x[j])
                    else:
                        r = int(rng.choice([0, 0, 0, 1, -1, 7, -128, 4000]))
                        escaped(2 * r if r >= 0 else -2 * r - 1, s[9], s[10])
                        x[j] = x[j] + F(r) * of_bf16(delta)
            assert x.dtype == F
            expected.append(x)
        if any(negative):
            for i in range(0, entries, 8):
                s[5].append(sum(int(b) << k for k, b in enumerate(negative[i : i + 8])))
        s[6] = {"row": planes(row_scales, 2), "block": planes([block_scale], 2)}.get(scale, b"")
        if norm:
            pairs = np.stack([means, deviations], 1).ravel()
            s[7] = planes(np.frombuffer(pairs.tobytes(), "<u4"), 4)
        s[8] = planes(steps, 2)
        payload = b"".join(packed(s[k]) for k in range(12))
        fields = struct.pack("<QIII", first, rows, entries, len(payload))
        block = b"Sblk" + struct.pack("<I", number) + fields + struct.pack("<I", crc32c(payload))
        block += struct.pack("<I", crc32c(block)) + payload
        index += struct.pack("<QII", len(out), rows, len(block))
        out += block
    end = struct.pack("<QIQ", len(out), number + 1, ROWS)
    out += index + end + struct.pack("<I", crc32c(index + end)) + b"\x89SAEZend"
    open(name + ".saez", "wb").write(out)
    numbers = np.concatenate([b_dec, w_dec.ravel(), np.concatenate(expected)])
    open(name + ".f32", "wb").write(numbers.astype("<f4").tobytes())


write("latent", 1, 4, "latent", False, None)
write("row", 2, 6, "row", True, {"limit": 0.05, "relative": True})
write("block", 3, 8, "block", False, {"limit": 0.1, "relative": False})
