"""The protocol: requests in, replies out, several runs at once. An error is a reply; the process goes on."""

import gc
import json

from faults import Refused, Usage
from setups import read_group, read_hyper, read_setup
from traces import Garbage, trace_of

PROTOCOL = 'lockstep/1'
FAULTS = {Usage: 'usage', Refused: 'refused', Garbage: 'garbage'}


class Session:
    def __init__(self, guest, replies):
        self.guest = guest
        self.replies = replies
        self.runs = {}
        self.settled = False
        self.verbs = {
            'hello': self.hello,
            'open': self.open,
            'steps': self.steps,
            'set': self.set,
            'add': self.add,
            'save': lambda request: self.run(request).save(),
            'observe': self.observe,
            'spoil': self.spoil,
            'close': self.close,
        }

    def serve(self, lines):
        """Answers line by line until `bye`, the end of input, or a reader that is gone."""
        for line in lines:
            if not line.strip():
                continue
            reply, last = self.answer(line)
            try:
                self.replies.write(text(reply) + '\n')
                self.replies.flush()
            except BrokenPipeError:
                return
            if last:
                return

    def answer(self, line):
        id = None
        try:
            request = parse(line)
            id = request.get('id')
            if request.get('do') == 'bye':
                return {'id': id, 'ok': {}}, True
            verb = self.verbs.get(request.get('do'))
            if verb is None:
                raise Usage(f'unknown request {request.get("do")!r}: there are {", ".join(self.verbs)}, bye')
            return {'id': id, 'ok': verb(request)}, False
        except tuple(FAULTS) as error:
            return failure(id, FAULTS[type(error)], error), False
        except Exception as error:
            return failure(id, 'crash', error, trace_of(error)), False

    def hello(self, request):
        # a user's file is imported only now, so that what goes wrong in it is an answer, too
        self.guest = self.guest.load() if hasattr(self.guest, 'load') else self.guest
        rules = {
            id: {'hyper': rule.hyper, 'state': rule.state, 'features': self.guest.features, **vars(rule).get('more', {})}
            for id, rule in self.guest.rules.items()
        }
        return {
            'protocol': PROTOCOL,
            'name': self.guest.name,
            'version': self.guest.version,
            'formats': getattr(self.guest, 'formats', ['float32', 'float64']),
            'rules': rules,
            'environment': self.guest.environment,
        }

    def open(self, request):
        name = request.get('run')
        if not isinstance(name, str):
            raise Usage(f'open: expected the name of a run, got {name!r}')
        if name in self.runs:
            raise Usage(f'run {name!r} is already open')
        setup = read_setup(request.get('setup'), self.guest.rules)
        self.runs[name] = self.guest.open(setup, request.get('saved'))
        return {}

    def run(self, request):
        run = self.runs.get(request.get('run'))
        if run is None:
            raise Usage(f'no run {request.get("run")!r} is open')
        return run

    def steps(self, request):
        run = self.run(request)
        show = request.get('state', 'none')
        if show not in ('every', 'last', 'none'):
            raise Usage(f"state: expected 'every', 'last' or 'none', got {show!r}")
        if not isinstance(request.get('gradients'), list):
            raise Usage('gradients: expected a list of steps')
        # all are read before the first is played, so that a wrong request leaves the run as it was
        many = [run.read(gradients) for gradients in request['gradients']]
        played = []
        for i, gradients in enumerate(many):
            run.step(gradients)
            step = {'x': run.x()}
            if show == 'every' or (show == 'last' and i == len(many) - 1):
                step['state'] = run.state()
            played.append(step)
        return {'steps': played}

    def set(self, request):
        self.run(request).set(request.get('group'), read_hyper(request.get('hyper')))
        return {}

    def add(self, request):
        run = self.run(request)
        if not hasattr(run, 'add'):
            raise Refused(f'{self.guest.name} cannot add a group to a run')
        run.add(read_group(request.get('group')))
        return {}

    def observe(self, request):
        shown = self.run(request).observe()
        # counted on request, because it goes through all objects of the process
        if request.get('live') and hasattr(self.guest, 'live'):
            shown['live'] = self.guest.live()
        return shown

    def spoil(self, request):
        run = self.run(request)
        if not hasattr(run, 'spoil'):
            raise Refused(f'{self.guest.name} cannot overwrite gradients')
        run.spoil()
        return {}

    def close(self, request):
        self.run(request)
        del self.runs[request['run']]
        if not self.settled:
            # what a framework imports with its first run stays for good: counting what is alive need not go through it
            gc.collect()
            gc.freeze()
            self.settled = True
        return {}


def text(reply):
    try:
        return json.dumps(reply, separators=(',', ':'), allow_nan=False)
    except (TypeError, ValueError) as error:
        return json.dumps(failure(reply['id'], 'crash', error))


def parse(line):
    try:
        request = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Usage(f'a line that is not JSON: {error}') from None
    if not isinstance(request, dict):
        raise Usage(f'expected a JSON object, got {line[:60]!r}')
    return request


def failure(id, kind, error, trace=None):
    described = {'kind': kind, 'message': str(error) or type(error).__name__}
    if trace is not None:
        described['message'] = f'{type(error).__name__}: {error}'
        described['traceback'] = trace
    return {'id': id, 'error': described}
