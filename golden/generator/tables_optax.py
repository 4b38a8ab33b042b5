"""What is recorded of Optax: hyper-parameters with its defaults (the rate has none: 0.001), options, numbers, edges."""

from table import table

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
NESTEROV = [{'nesterov': False}, {'nesterov': True}]


def adam(extra, options):
    return table(
        {'lr': 0.001, 'beta1': 0.9, 'beta2': 0.999, 'eps': 1e-8, **extra},
        options=[options],
        numbers=ADAM_NUMBERS,
        edges=ADAM_EDGES,
        long=[{}],
    )


def momentum():
    hyper = {'lr': 0.001, 'momentum': 0.9}
    return table(hyper, options=[], numbers=MOMENTUM, edges=MOMENTUM_EDGES, long=[{'lr': 0.1}])


TABLES = {
    'sgd/optax': table(
        {'lr': 0.001, 'momentum': 0, 'nesterov': False},
        options=[[{'momentum': 0}, {'momentum': 0.9}, {'momentum': 0.35}], NESTEROV],
        numbers=[{}, {'lr': 0.1}, {'lr': 0.03}],
        edges=[{'lr': 0}, {'lr': 10.0}, {'lr': 1e-8}],
        long=[{'lr': 0.1, 'momentum': 0.9, 'nesterov': True}],
    ),
    'momentum/optax': momentum(),
    'nesterov/optax': momentum(),
    'adagrad/optax': table(
        {'lr': 0.001, 'initial_accumulator_value': 0.1, 'eps': 1e-7},
        options=[[{'initial_accumulator_value': 0.1}, {'initial_accumulator_value': 0}]],
        numbers=[{}, {'lr': 0.1, 'eps': 1e-4}, {'lr': 0.01, 'eps': 1e-10}],
        edges=[{'lr': 0}, {'lr': 10.0, 'eps': 1e-16}, {'lr': 0.1, 'eps': 1.0}],
        long=[{'lr': 0.01}],
    ),
    'rmsprop/optax': table(
        {'lr': 0.001, 'alpha': 0.9, 'eps': 1e-8, 'centered': False, 'momentum': 0, 'nesterov': False},
        options=[[{'centered': False}, {'centered': True}], [{'momentum': 0}, {'momentum': 0.9}], NESTEROV],
        numbers=[{}, {'lr': 0.01, 'alpha': 0.99, 'eps': 1e-4}, {'lr': 0.003, 'alpha': 0.75, 'eps': 1e-10}],
        edges=[
            {'lr': 0},
            {'lr': 1.0, 'alpha': 0.4, 'eps': 1e-3},
            {'lr': 1e-8, 'alpha': 0.9999, 'eps': 1.0},
            {'lr': 0.1, 'alpha': 0.999, 'eps': 1e-16},
        ],
        long=[{'alpha': 0.95, 'centered': True, 'momentum': 0.9}],
    ),
    'adadelta/optax': table(
        {'lr': 1.0, 'rho': 0.9, 'eps': 1e-6, 'weight_decay': 0},
        options=[[{'weight_decay': 0}, {'weight_decay': 0.01}]],
        numbers=[{}, {'lr': 0.1, 'rho': 0.95, 'eps': 1e-3}, {'lr': 0.5, 'rho': 0.3, 'eps': 1e-8}],
        edges=[
            {'lr': 0},
            {'lr': 10.0, 'rho': 0.9999, 'eps': 1e-16},
            {'lr': 0.02, 'rho': 0.01, 'eps': 1.0, 'weight_decay': 1.0},
        ],
        long=[{}],
    ),
    'adam/optax': adam({'amsgrad': False}, [{'amsgrad': False}, {'amsgrad': True}]),
    'adamw/optax': adam(
        {'weight_decay': 0.0001}, [{'weight_decay': 0.0001}, {'weight_decay': 0}, {'weight_decay': 0.1}]
    ),
}
