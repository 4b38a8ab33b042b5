"""What is recorded of Keras: hyper-parameters with its defaults, options, sets of numbers, edges, long runs."""

from table import table

DECAY = [{'weight_decay': 0}, {'weight_decay': 0.01}]
AMSGRAD = [{'amsgrad': False}, {'amsgrad': True}]
NESTEROV = [{'nesterov': False}, {'nesterov': True}]
MOMENTUM = [{}, {'lr': 0.1, 'momentum': 0.5}, {'lr': 0.03, 'momentum': 0.99}]
MOMENTUM_EDGES = [{'lr': 0}, {'lr': 10.0, 'momentum': 1.0}, {'lr': 1e-8, 'momentum': 1e-3}]
ADAM_NUMBERS = [
    {},
    {'lr': 0.01, 'beta1': 0.3, 'beta2': 0.9, 'eps': 1e-4},
    {'lr': 0.003, 'beta1': 0.95, 'beta2': 0.9999, 'eps': 1e-12},
]
ADAM_EDGES = [
    {'lr': 0, 'beta1': 0.5, 'beta2': 0.99, 'eps': 1e-6},
    {'lr': 10.0, 'beta1': 0.49999, 'beta2': 0.9, 'eps': 1e-16},
    {'lr': 1e-8, 'beta1': 0.9999, 'beta2': 0.99999, 'eps': 1.0},
    {'lr': 0.1, 'beta1': 0.1, 'beta2': 0.5, 'eps': 1e-3},
]
DECAY_EDGES = [*ADAM_EDGES[:-1], {**ADAM_EDGES[-1], 'weight_decay': 1.0}]


def adam(edges, options=(), **decay):
    return table(
        {'lr': 0.001, 'beta1': 0.9, 'beta2': 0.999, 'eps': 1e-7, 'amsgrad': False, **decay},
        options=[AMSGRAD, *options],
        numbers=ADAM_NUMBERS,
        edges=edges,
        long=[{}],
    )


TABLES = {
    'sgd/keras': table(
        {'lr': 0.01, 'momentum': 0, 'nesterov': False},
        options=[[{'momentum': 0}, {'momentum': 0.9}, {'momentum': 0.35}], NESTEROV],
        numbers=[{}, {'lr': 0.1}, {'lr': 0.001}],
        edges=[{'lr': 0}, {'lr': 10.0}, {'lr': 1e-8}],
        long=[{'lr': 0.1, 'momentum': 0.9, 'nesterov': True}],
    ),
    'momentum/keras': table(
        {'lr': 0.01, 'momentum': 0.9},
        options=[],
        numbers=MOMENTUM,
        edges=MOMENTUM_EDGES,
        long=[{'lr': 0.1}],
    ),
    'nesterov/keras': table(
        {'lr': 0.01, 'momentum': 0.9},
        options=[],
        numbers=MOMENTUM,
        edges=MOMENTUM_EDGES,
        long=[{'lr': 0.1}],
    ),
    'adagrad/keras': table(
        {'lr': 0.001, 'initial_accumulator_value': 0.1, 'eps': 1e-7},
        options=[[{'initial_accumulator_value': 0.1}, {'initial_accumulator_value': 0}]],
        numbers=[{}, {'lr': 0.1, 'eps': 1e-4}, {'lr': 0.01, 'eps': 1e-10}],
        edges=[{'lr': 0}, {'lr': 10.0, 'eps': 1e-16}, {'lr': 0.1, 'eps': 1.0}],
        long=[{'lr': 0.01}],
    ),
    'rmsprop/keras': table(
        {'lr': 0.001, 'rho': 0.9, 'momentum': 0, 'eps': 1e-7, 'centered': False},
        options=[[{'centered': False}, {'centered': True}], [{'momentum': 0}, {'momentum': 0.9}]],
        numbers=[{}, {'lr': 0.01, 'rho': 0.99, 'eps': 1e-4}, {'lr': 0.003, 'rho': 0.75, 'eps': 1e-10}],
        edges=[
            {'lr': 0},
            {'lr': 1.0, 'rho': 0.4, 'eps': 1e-3},
            {'lr': 1e-8, 'rho': 0.9999, 'eps': 1.0},
            {'lr': 0.1, 'rho': 0.999, 'eps': 1e-16},
        ],
        long=[{'rho': 0.95, 'centered': True, 'momentum': 0.9}],
    ),
    'adadelta/keras': table(
        {'lr': 0.001, 'rho': 0.95, 'eps': 1e-7},
        options=[],
        numbers=[{}, {'lr': 1.0, 'rho': 0.9, 'eps': 1e-3}, {'lr': 0.5, 'rho': 0.3, 'eps': 1e-8}],
        edges=[
            {'lr': 0},
            {'lr': 10.0, 'rho': 0.9999, 'eps': 1e-16},
            {'lr': 0.02, 'rho': 0.01, 'eps': 1.0},
        ],
        long=[{'lr': 1.0}],
    ),
    'adam/keras': adam(ADAM_EDGES),
    'adamw/keras': adam(DECAY_EDGES, [DECAY], weight_decay=0.004),
}
