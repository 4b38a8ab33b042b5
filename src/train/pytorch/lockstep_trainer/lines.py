"""What goes to Lockstep, one JSON object a line, and what comes from it."""

import json
import math
import os
import queue
import signal
import sys
import threading


class Fault(Exception):
    """Something that Lockstep tells its user: `kind` says whose it is ('missing', 'plan', 'class', 'step', 'run')."""

    def __init__(self, kind, text):
        super().__init__(text)
        self.kind = kind


class Lines:
    """Lines have the standard output for themselves: what a user's file prints goes to the standard error."""

    def __init__(self):
        self.out = os.fdopen(os.dup(1), 'w', encoding='utf-8')
        os.dup2(2, 1)
        sys.stdout = sys.stderr
        self.received = {'epoch': queue.Queue(), 'window': queue.Queue()}

    def watch(self):
        """Ends this process with the one that started it, however that ended: its end of the pipe is closed then."""
        # A terminal sends Ctrl-C to both; the other decides.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        rest = b''
        # Not through sys.stdin, whose lock would be held when this process ends.
        while part := os.read(0, 4096):
            *whole, rest = (rest + part).split(b'\n')
            for line in whole:
                self.received[line.decode()].put(None)
        os._exit(0)

    def wait_for(self, what):
        """Returns when Lockstep sent this line: the files of an 'epoch' are there, or the next 'window' may begin."""
        self.received[what].get()

    def send(self, kind, **fields):
        try:
            self.out.write(json.dumps({'kind': kind, **fields}) + '\n')
            self.out.flush()
        except BrokenPipeError:
            os._exit(0)

    def figure(self, epoch, step, metric, value):
        value = float(value)
        # JSON has no infinity.
        self.send('figure', epoch=epoch, step=step, metric=metric, value=value if math.isfinite(value) else str(value))
