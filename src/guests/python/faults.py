"""What can go wrong, told apart by whose mistake it is; the driver sends the kind along."""


class Usage(Exception):
    """The request was wrong: nothing was played."""


class Refused(Exception):
    """The framework would not have it: a hyper-parameter outside its domain, an option that it lacks."""
