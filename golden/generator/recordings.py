"""The recordings: which framework plays, in which environment, and what the provenance has to say about it."""

from types import SimpleNamespace

from plan import SCENARIOS


def pytorch(**options):
    def open_guest():
        from torch_guest import TorchGuest

        return TorchGuest(**options)

    return open_guest


def keras():
    from keras_guest import KerasGuest

    return KerasGuest()


def optax():
    from optax_guest import OptaxGuest

    return OptaxGuest()


def recording(open, tables, packages, install, scenarios=SCENARIOS, environment={}, **provenance):
    """`tables`: the module with what is recorded; `environment`: None takes a variable away."""
    return SimpleNamespace(
        open=open,
        tables=tables,
        packages=packages,
        install=install,
        scenarios=scenarios,
        environment=environment,
        provenance=provenance,
    )


RECORDINGS = {
    'pytorch-ieee': recording(
        pytorch(ieee=True),
        'tables_pytorch',
        ['torch', 'numpy'],
        'pip install torch==2.15.0 numpy',
        environment={'ATEN_CPU_CAPABILITY': 'default'},
        library='PyTorch',
        flags={'foreach': False, 'fused': False, 'ATEN_CPU_CAPABILITY': 'default'},
        roots='IEEE 754: a TorchDispatchMode answers aten.sqrt and aten.sqrt_ with numpy.sqrt',
        powers='rounded once: betas are a float subclass whose ** is computed in integers and rounded by one division; '
        '1 - beta**t keeps the subclass and answers ** 0.5 with the IEEE root',
        note="torch.optim's own optimizer code, unchanged, on arithmetic that rounds every operation once. "
        'ATEN_CPU_CAPABILITY=default keeps its kernels from contracting a*b+c to one fused multiply-add.',
    ),
    'pytorch': recording(
        pytorch(path='default'),
        'tables_pytorch',
        ['torch'],
        'pip install torch==2.15.0',
        environment={'ATEN_CPU_CAPABILITY': None},
        library='PyTorch',
        flags={'foreach': None, 'fused': None},
        roots="as shipped: MKL's vector library, one ulp off in up to 17 % of float32 arguments",
        powers="as shipped: Python's **, that is the C library's pow",
        note='As PyTorch ships on this CPU: vectorised kernels contract a*b+c to one fused multiply-add, so a replay '
        'is within the derived bound, not equal to the bit.',
    ),
    'keras': recording(
        keras,
        'tables_keras',
        ['keras', 'tensorflow'],
        'pip install keras==3.15.1 tensorflow-cpu==2.21.0',
        environment={
            'KERAS_BACKEND': 'tensorflow',
            'TF_CPP_MIN_LOG_LEVEL': '3',
            'CUDA_VISIBLE_DEVICES': '-1',
        },
        library='Keras',
        flags={'backend': 'tensorflow', 'eager': True, 'jit_compile': False, 'clip': None, 'use_ema': False},
        roots='as shipped: TensorFlow, correctly rounded in measurements',
        powers='as shipped: TensorFlow pow in the format of the variable, within 0.58 ulp in measurements',
        note='floatx is the format of the record, because the learning rate is a variable of type floatx. Keras casts '
        'momentum, weight_decay, initial_accumulator_value and the bases of powers with keras.ops.cast, which takes '
        'a Python float through float32 on TensorFlow, in float64 records too. '
        'Subnormals are flushed to zero.',
    ),
    'optax': recording(
        optax,
        'tables_optax',
        ['optax', 'jax'],
        'pip install optax==0.2.8 jax==0.10.2',
        scenarios=[name for name in SCENARIOS if name != 'absent'],
        environment={'JAX_PLATFORMS': 'cpu', 'TF_CPP_MIN_LOG_LEVEL': '3'},
        library='Optax',
        flags={'jit': False, 'jax_enable_x64': 'in float64 records only'},
        roots='as shipped: sqrt correctly rounded, rsqrt within 0.95 ulp in measurements',
        powers='as shipped: beta**count, jitted, in float32 (with jax_enable_x64 float64), measured within 0.58 ulp',
        note='tx.update and optax.apply_updates, eager. A change of the rate makes the transformation anew and carries '
        'the state over, which leaves the arithmetic as it is. Optax has no absent gradients; momentum 0 is given as '
        'None, its default. Subnormals are flushed to zero.',
    ),
}
