"""What is measured beside the loss of the steps."""

import math

import torch

CHUNK = 500


@torch.no_grad()
def evaluate(network, batches, indices):
    """The mean cross entropy and the share that is right, in evaluation; a tie counts as wrong."""
    loss, right = 0.0, 0
    for begin in range(0, len(indices), CHUNK):
        x, labels = batches.of(indices[begin : begin + CHUNK])
        logits = network.evaluate(x).double()
        own = logits.gather(1, labels[:, None])
        loss += float((logits.logsumexp(1, keepdim=True) - own).sum())
        others = logits.scatter(1, labels[:, None], -math.inf).amax(1, keepdim=True)
        right += int((own > others).sum())
    return loss / len(indices), right / len(indices)


def gradient_norms(parameters):
    """The Euclidean norm of the gradient of every weight, by name."""
    return {name: float(p.grad.norm()) for name, p in parameters.items() if name.endswith('.weight')}


def gradient_noise(gradient, batches_of, masks):
    """The trace of the covariance of mini-batch gradients, and the square of their mean's norm, without bias."""
    parameters = list(gradient.network.parameters.values())
    total, sums, count = 0.0, None, len(batches_of)
    for indices in batches_of:
        gradient.of(indices, masks, learn=False)
        total += sum(float(p.grad.square().sum()) for p in parameters)
        grads = [p.grad.clone() for p in parameters]
        sums = grads if sums is None else [a + b for a, b in zip(sums, grads)]
    mean_square = sum(float(each.square().sum()) for each in sums) / count**2
    variance = (total - count * mean_square) / (count - 1)
    return variance, mean_square - variance / count
