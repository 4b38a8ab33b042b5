"""Makes one run of Lockstep's in PyTorch: `trainer.py PLAN` trains, `trainer.py --describe [FILE [OBJECT]]` says what is here."""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
if HERE not in sys.path:
    sys.path.insert(0, HERE)

from lockstep_trainer.main import main

if __name__ == '__main__':
    # A user's file may import modules of its own by names that are to be found in its own folder.
    sys.path.remove(HERE)
    main(sys.argv[1:])
