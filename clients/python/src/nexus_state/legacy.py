"""Drop-in for the data module of the bot that Nexus replaces: ``from nexus_state import legacy as database``."""

from ._sync.legacy import *  # noqa: F401,F403
from ._sync.legacy import __all__  # noqa: F401
