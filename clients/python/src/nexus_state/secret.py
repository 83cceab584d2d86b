"""Secrets that do not show themselves."""

from __future__ import annotations

import hmac
from typing import Any, NoReturn

_STARS = "********"
_MASK_LENGTH = len(_STARS) + 22


class Secret:
    """A secret text. ``repr``, ``str``, format strings and tracebacks show stars; :meth:`reveal` returns the text."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        if not isinstance(text, str):
            raise TypeError("a secret must be a str")
        self._text = text

    def reveal(self) -> str:
        """The text. A mask if the API key lacks the scope ``secrets``: see :attr:`is_mask`."""
        return self._text

    @property
    def is_mask(self) -> bool:
        """Whether this is the server's mask of a secret. It can be sent back in place of the secret."""
        return len(self._text) == _MASK_LENGTH and self._text.startswith(_STARS)

    def __repr__(self) -> str:
        return f"Secret({_STARS!r})"

    def __str__(self) -> str:
        return _STARS

    def __format__(self, spec: str) -> str:
        return format(_STARS, spec)

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._text.encode("utf-8", "surrogatepass"), other._text.encode("utf-8", "surrogatepass"))

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("a secret cannot be pickled or copied: call reveal() where the text is needed")

    def __copy__(self) -> "Secret":
        return self

    def __deepcopy__(self, memo: Any) -> "Secret":
        return self
