"""Writes src/score/published/pytorch-values.ts: what PyTorch's C++ tests expect of its optimizers.

The values of test/cpp/api/optim_baseline.h come from torch.optim in Python, on a net of 2-3-1 sigmoids in float64 that
starts from seed 0; this program asks the same of the PyTorch that is installed. Run: python scripts/published-pytorch.py
"""

from pathlib import Path

import torch

STEPS, EVERY, DIGITS = 1001, 100, 8
OPTIM = torch.optim
SETTINGS = {
    "adam": (OPTIM.Adam, {"lr": 1.0}),
    "adam, weight decay": (OPTIM.Adam, {"lr": 1.0, "weight_decay": 1e-2}),
    "adam, weight decay, amsgrad": (OPTIM.Adam, {"lr": 1.0, "weight_decay": 1e-6, "amsgrad": True}),
    "adamw": (OPTIM.AdamW, {"lr": 1.0}),
    "adamw, no weight decay": (OPTIM.AdamW, {"lr": 1.0, "weight_decay": 0}),
    "adamw, amsgrad": (OPTIM.AdamW, {"lr": 1.0, "amsgrad": True}),
    "adagrad": (OPTIM.Adagrad, {"lr": 1.0}),
    "adagrad, weight decay": (OPTIM.Adagrad, {"lr": 1.0, "weight_decay": 1e-2}),
    "adagrad, weight decay, rate decay": (OPTIM.Adagrad, {"lr": 1.0, "weight_decay": 1e-6, "lr_decay": 1e-3}),
    "rmsprop": (OPTIM.RMSprop, {"lr": 0.1}),
    "rmsprop, weight decay": (OPTIM.RMSprop, {"lr": 0.1, "weight_decay": 1e-2}),
    "rmsprop, weight decay, centered": (OPTIM.RMSprop, {"lr": 0.1, "weight_decay": 1e-6, "centered": True}),
    "rmsprop, weight decay, centered, momentum": (
        OPTIM.RMSprop,
        {"lr": 0.1, "weight_decay": 1e-6, "centered": True, "momentum": 0.9},
    ),
    "sgd": (OPTIM.SGD, {"lr": 0.1}),
    "sgd, weight decay": (OPTIM.SGD, {"lr": 0.1, "weight_decay": 1e-2}),
    "sgd, weight decay, momentum": (OPTIM.SGD, {"lr": 0.1, "weight_decay": 1e-2, "momentum": 0.9}),
    "sgd, weight decay, nesterov": (
        OPTIM.SGD,
        {"lr": 0.1, "weight_decay": 1e-6, "momentum": 0.9, "nesterov": True},
    ),
}


def start() -> list[torch.Tensor]:
    """The net's weights and biases as seed 0 draws them: each layer once in float32, and again in float64."""
    torch.manual_seed(0)
    layers = [torch.nn.Linear(2, 3), torch.nn.Linear(3, 1)]
    for layer in (each.to(torch.float64) for each in layers):
        reach = layer.in_features**-0.5
        for parameter in layer.parameters():
            parameter.data.uniform_(-reach, reach)
    return [parameter for layer in layers for parameter in layer.parameters()]


def values(build: type[OPTIM.Optimizer], hyper: dict) -> list[list[float]]:
    """All 13 parameters after steps 1, 101, ... 1001."""
    parameters = start()
    weight, bias, out, last = parameters
    optimizer = build(parameters, **hyper)
    inputs = torch.tensor([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]], dtype=torch.float64)
    seen = []
    for step in range(STEPS):
        optimizer.zero_grad()
        hidden = torch.sigmoid(inputs @ weight.T + bias)
        torch.sigmoid(hidden @ out.T + last).sum().backward()
        optimizer.step()
        if step % EVERY == 0:
            seen.append([value for parameter in parameters for value in parameter.detach().flatten().tolist()])
    return seen


def number(value: float) -> str:
    return repr(float(f"{value:.{DIGITS}g}"))


if __name__ == "__main__":
    rows = [
        f"  '{name}': [\n" + "".join(f"    '{' '.join(map(number, row))}',\n" for row in values(*setting)) + "  ],\n"
        for name, setting in SETTINGS.items()
    ]
    target = Path(__file__).parent.parent / "src/score/published/pytorch-values.ts"
    target.write_text(
        "/** Written by scripts/published-pytorch.py: the parameters of the net after steps 1, 101, ... 1001, a line a step. */\n"
        f"export const values = {{\n{''.join(rows)}}} as const satisfies Readonly<Record<string, readonly string[]>>\n"
    )
