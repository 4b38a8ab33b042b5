"""Adam on NumPy arrays, right and wrong: lockstep verify examples/numpy_adam.py:Adam --rule adam/kingma-ba"""

import numpy as np


class Adam:
    def __init__(self, x0, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
        self.x = x0
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.m = np.zeros_like(x0)
        self.v = np.zeros_like(x0)
        self.t = 0

    def step(self, gradient):
        self.t += 1
        self.m = self.beta1 * self.m + (1 - self.beta1) * gradient
        self.v = self.beta2 * self.v + (1 - self.beta2) * gradient**2
        self.x = self.x - self.lr * self.mean() / (np.sqrt(self.square()) + self.eps)
        return self.x

    def mean(self):
        return self.m / (1 - self.beta1**self.t)

    def square(self):
        return self.v / (1 - self.beta2**self.t)


class WithoutCorrection(Adam):
    """The average of squares is not corrected for its start at zero."""

    def square(self):
        return self.v
