"""The functions of :mod:`nexus_state.legacy`, asynchronous."""

from ._async.legacy import *  # noqa: F401,F403
from ._async.legacy import __all__  # noqa: F401
