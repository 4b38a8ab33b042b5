#!/usr/bin/env python3
"""A framework as a child process: one JSON object a line on stdin, one reply a line on stdout, floats as hex bits.

driver.py torch [--path default|loop|foreach|fused] [--ieee]
driver.py keras [--backend tensorflow|jax|torch]
driver.py optax
driver.py user FILE [NAME]
"""

import argparse
import os
import signal
import sys

sys.dont_write_bytecode = True

INSTALL = {
    'torch': 'pip install torch==2.15.0',
    'numpy': 'pip install numpy',
    'keras': 'pip install keras==3.15.1 tensorflow-cpu==2.21.0',
    'tensorflow': 'pip install tensorflow-cpu==2.21.0',
    'optax': 'pip install optax==0.2.8 jax==0.10.2',
    'jax': 'pip install jax==0.10.2',
}


def torch_guest(given):
    if given.ieee:
        # torch reads it at its first operation
        os.environ['ATEN_CPU_CAPABILITY'] = 'default'
        import exact  # noqa: F401, needs numpy: better to know now than in the middle of a run
    from torch_guest import TorchGuest

    return TorchGuest(given.path, given.ieee)


def keras_guest(given):
    os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
    if given.backend:
        os.environ['KERAS_BACKEND'] = given.backend
    from keras_live import KerasLiveGuest

    return KerasLiveGuest()


def optax_guest(given):
    os.environ.setdefault('JAX_PLATFORMS', 'cpu')
    from optax_guest import OptaxGuest

    return OptaxGuest()


def user_guest(given):
    os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
    os.environ.setdefault('JAX_PLATFORMS', 'cpu')
    from user_file import UserFile

    return UserFile(given.file, given.name)


GUESTS = {'torch': torch_guest, 'keras': keras_guest, 'optax': optax_guest, 'user': user_guest}


def arguments():
    parser = argparse.ArgumentParser(description='Plays a framework for Lockstep, one JSON object a line.')
    parser.add_argument('guest', choices=list(GUESTS))
    parser.add_argument('file', nargs='?', help="user: the file of somebody's optimizer")
    parser.add_argument('name', nargs='?', help='user: its class or function')
    parser.add_argument('--path', choices=['default', 'loop', 'foreach', 'fused'], default='default')
    parser.add_argument('--backend', choices=['tensorflow', 'jax', 'torch'], help='what Keras computes with')
    parser.add_argument('--ieee', action='store_true', help='IEEE roots and powers that are rounded once; the loop')
    return parser.parse_args()


def own_stdout():
    """The real standard output, kept for replies; whatever a framework prints goes to stderr."""
    replies = os.fdopen(os.dup(1), 'w', encoding='utf-8', newline='\n')
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return replies


def main():
    # Ctrl-C reaches the whole process group: end without a traceback
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    given = arguments()
    replies = own_stdout()
    try:
        guest = GUESTS[given.guest](given)
    except ModuleNotFoundError as error:
        missing = (error.name or '').split('.')[0]
        install = INSTALL.get(missing, f'pip install {missing}')
        sys.stderr.write(f'{missing} is not installed in {sys.executable}; get it with: {install}\n')
        sys.exit(3)
    from session import Session

    Session(guest, replies).serve(sys.stdin.buffer)


if __name__ == '__main__':
    main()
