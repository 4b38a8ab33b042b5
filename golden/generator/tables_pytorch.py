"""What is recorded of torch.optim: hyper-parameters with its defaults, options, sets of numbers, edges, long runs."""

from table import table

DECAY = [{'weight_decay': 0}, {'weight_decay': 0.01}]
MAXIMIZE = [{'maximize': False}, {'maximize': True}]
AMSGRAD = [{'amsgrad': False}, {'amsgrad': True}]
SHARED = {'weight_decay': 0, 'maximize': False}
# pairs give each option in one format at least; here it is alone, and in both
ALONE = [{'weight_decay': 0.01}, {'maximize': True}]
RATES = [{}, {'lr': 0.1}, {'lr': 0.03}]


def nesterov_is_legal(hyper):
    return not hyper['nesterov'] or (hyper['momentum'] > 0 and hyper['dampening'] == 0)


ADAM_NUMBERS = [
    {},
    {'lr': 0.01, 'beta1': 0.3, 'beta2': 0.9, 'eps': 1e-4},
    {'lr': 0.003, 'beta1': 0.95, 'beta2': 0.9999, 'eps': 1e-12},
]
ADAM_EDGES = [
    {'lr': 0, 'beta1': 0.5, 'beta2': 0.99, 'eps': 1e-6},
    {'lr': 10.0, 'beta1': 0.49999, 'beta2': 0.9, 'eps': 1e-16},
    {'lr': 1e-8, 'beta1': 0.9999, 'beta2': 0.99999, 'eps': 1.0},
    {'lr': 0.1, 'beta1': 0, 'beta2': 0, 'eps': 1e-3},
    {'lr': 0.02, 'beta1': 0.1, 'beta2': 0.5, 'eps': 0, 'weight_decay': 1.0},
]

# torch.lerp takes another form from a weight of 1/2 on: 1 - beta1 is exactly that, then above
ADAM_ALWAYS = [
    {'beta1': 0.5, 'amsgrad': True, 'weight_decay': 0},
    {'beta1': 0.5, 'maximize': True, 'weight_decay': 0},
    {'beta1': 0.4, 'weight_decay': 0.01},
    {'beta1': 0.4, 'amsgrad': True, 'weight_decay': 0.01, 'maximize': True},
]


def adam(decay):
    return table(
        {'lr': 0.001, 'beta1': 0.9, 'beta2': 0.999, 'eps': 1e-8, 'amsgrad': False, **SHARED, 'weight_decay': decay},
        options=[AMSGRAD, DECAY, MAXIMIZE],
        numbers=ADAM_NUMBERS,
        edges=ADAM_EDGES,
        long=[{}, {'lr': 0.01, 'beta1': 0.3, 'beta2': 0.99, 'amsgrad': True, 'weight_decay': 0.01}],
        always=ADAM_ALWAYS,
    )


TABLES = {
    'sgd/pytorch': table(
        {'lr': 0.001, 'momentum': 0, 'dampening': 0, 'nesterov': False, **SHARED},
        options=[
            [{'momentum': 0}, {'momentum': 0.9}, {'momentum': 0.35}],
            [{'dampening': 0}, {'dampening': 0.5}],
            [{'nesterov': False}, {'nesterov': True}],
            DECAY,
            MAXIMIZE,
        ],
        numbers=RATES,
        edges=[{'lr': 0}, {'lr': 10.0}, {'lr': 1e-8, 'weight_decay': 1.0}],
        long=[{'lr': 0.1}, {'lr': 0.1, 'momentum': 0.9, 'nesterov': True, 'weight_decay': 1e-4}],
        always=[{**option, 'momentum': momentum} for momentum in (0, 0.9) for option in ALONE],
        legal=nesterov_is_legal,
    ),
    'momentum/pytorch': table(
        {'lr': 0.001, 'momentum': 0.9, 'dampening': 0, **SHARED},
        options=[[{'dampening': 0}, {'dampening': 0.1}, {'dampening': 1.0}], DECAY, MAXIMIZE],
        numbers=[{}, {'lr': 0.1, 'momentum': 0.5}, {'lr': 0.03, 'momentum': 0.99}],
        edges=[{'lr': 0}, {'lr': 10.0, 'momentum': 1.0}, {'lr': 1e-8, 'momentum': 1e-3}, {'lr': 0.5, 'momentum': 1.25}],
        long=[{'lr': 0.1}, {'lr': 0.01, 'momentum': 0.99, 'dampening': 0.9, 'weight_decay': 0.01}],
        always=ALONE,
    ),
    'nesterov/pytorch': table(
        {'lr': 0.001, 'momentum': 0.9, **SHARED},
        options=[DECAY, MAXIMIZE],
        numbers=[{}, {'lr': 0.1, 'momentum': 0.5}, {'lr': 0.03, 'momentum': 0.99}],
        edges=[{'lr': 0}, {'lr': 10.0, 'momentum': 1.0}, {'lr': 1e-8, 'momentum': 1e-3}, {'lr': 0.5, 'momentum': 1.25}],
        long=[{'lr': 0.1}, {'lr': 0.01, 'momentum': 0.99, 'weight_decay': 0.01}],
        always=ALONE,
    ),
    'adagrad/pytorch': table(
        {'lr': 0.01, 'lr_decay': 0, 'initial_accumulator_value': 0, 'eps': 1e-10, **SHARED},
        options=[
            [{'lr_decay': 0}, {'lr_decay': 0.1}],
            [{'initial_accumulator_value': 0}, {'initial_accumulator_value': 0.1}],
            DECAY,
            MAXIMIZE,
        ],
        numbers=[{}, {'lr': 0.1, 'eps': 1e-4}, {'lr': 0.003, 'eps': 1e-7}],
        edges=[
            {'lr': 0},
            {'lr': 10.0, 'eps': 1e-16},
            {'lr': 1.0, 'lr_decay': 5.0, 'eps': 0},
            {'lr': 0.1, 'eps': 1.0, 'weight_decay': 1.0},
        ],
        long=[{}, {'lr': 0.1, 'lr_decay': 1e-3, 'initial_accumulator_value': 1e-6, 'weight_decay': 0.01}],
        always=ALONE,
    ),
    'rmsprop/pytorch': table(
        {'lr': 0.01, 'alpha': 0.99, 'eps': 1e-8, 'centered': False, 'momentum': 0, **SHARED},
        options=[[{'centered': False}, {'centered': True}], [{'momentum': 0}, {'momentum': 0.9}], DECAY, MAXIMIZE],
        numbers=[{}, {'lr': 0.001, 'alpha': 0.9, 'eps': 1e-4}, {'lr': 0.003, 'alpha': 0.75, 'eps': 1e-6}],
        edges=[
            {'lr': 0},
            {'lr': 1.0, 'alpha': 0.4, 'eps': 1e-3},
            {'lr': 1e-8, 'alpha': 0.9999, 'eps': 1.0, 'weight_decay': 1.0},
            {'lr': 0.1, 'alpha': 0.999, 'eps': 1e-16},
        ],
        long=[{}, {'lr': 0.001, 'alpha': 0.95, 'centered': True, 'momentum': 0.9, 'weight_decay': 0.01}],
        # the average of gradients is a torch.lerp, as Adam's is
        always=[
            *ALONE,
            {'alpha': 0.5, 'centered': True},
            {'alpha': 0.4, 'centered': True},
            {'alpha': 0.4, 'centered': True, 'momentum': 0.9, 'maximize': True},
        ],
    ),
    'adadelta/pytorch': table(
        {'lr': 1.0, 'rho': 0.9, 'eps': 1e-6, **SHARED},
        options=[DECAY, MAXIMIZE],
        numbers=[{}, {'lr': 0.1, 'rho': 0.95, 'eps': 1e-3}, {'lr': 0.5, 'rho': 0.3, 'eps': 1e-8}],
        edges=[
            {'lr': 0},
            {'lr': 10.0, 'rho': 0.9999, 'eps': 1e-16},
            {'lr': 0.02, 'rho': 0, 'eps': 1.0},
            {'rho': 1.0, 'weight_decay': 1.0},
        ],
        long=[{}, {'rho': 0.99, 'eps': 1e-8, 'weight_decay': 0.01}],
        always=ALONE,
    ),
    'adam/pytorch': adam(0),
    'adamw/pytorch': adam(0.01),
}
