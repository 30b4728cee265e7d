"""What ``dir``, ``help`` and completion list of the objects that people hold: what they use, and nothing else."""

from __future__ import annotations

from typing import ClassVar


class _Listed(type):
    """Type of classes that list the public names which they and those above of the same type define."""

    def __dir__(cls) -> list[str]:
        own = {name for base in cls.__mro__ if isinstance(base, _Listed) for name in vars(base)}
        also: tuple[str, ...] = getattr(cls, "_also", ())
        return sorted(name for name in own | {*also} if not name.startswith("_"))


class Shown(metaclass=_Listed):
    """Base of what people hold; `_also` names what they use of other bases and of the object itself."""

    _also: ClassVar[tuple[str, ...]] = ()

    def __dir__(self) -> list[str]:
        return dir(type(self))
