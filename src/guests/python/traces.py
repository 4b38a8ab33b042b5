"""Somebody else's exceptions, as their author wants to see them."""

import os
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
MOST = 8


class Garbage(Exception):
    """What came back is no result: another shape, another format, nothing at all."""


def trace_of(error):
    """The traceback without the frames of this folder: what its author can do something about. The last ones count."""
    described = traceback.TracebackException.from_exception(error)
    inside = [frame for frame in described.stack if not is_own(frame.filename)]
    described.stack = traceback.StackSummary.from_list((inside or list(described.stack))[-MOST:])
    described.__cause__ = described.__context__ = None
    return ''.join(described.format())


def is_own(path):
    return path.startswith('<frozen') or os.path.dirname(os.path.abspath(path)) == HERE
