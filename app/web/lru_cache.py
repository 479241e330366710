"""Cache the most recently used values by name: a published report never changes, so neither do its pages."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Name = TypeVar("Name", bound=Hashable)
Thing = TypeVar("Thing")


class LruCache(Generic[Name, Thing]):
    """Hold at most `most` values; evict the least recently used one."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._things: OrderedDict[Name, Thing] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._things)

    def get(self, name: Name, make: Callable[[], Thing]) -> Thing:
        """Return the value of that name, made now if absent. Two threads may both make it; the values are equal."""
        with self._lock:
            if name in self._things:
                self._things.move_to_end(name)
                return self._things[name]
        thing = make()
        with self._lock:
            self._things[name] = thing
            self._things.move_to_end(name)
            while len(self._things) > self.most:
                self._things.popitem(last=False)
        return thing
