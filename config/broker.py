"""Messages as files, for an installation without a broker of its own: kombu's transport, but a message is there whole.

Kombu makes the file first and writes it then; a worker that looks in between reads nothing, and ends.
"""

from pathlib import Path
from typing import Any
from uuid import uuid4

from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    def _put(self, queue: Any, payload: Any, **kwargs: Any) -> None:  # type: ignore[override] # as its bases disagree
        """Written under a name that no queue reads, and given its name when it is whole; in the order it was sent."""
        name = f"{round(filesystem.monotonic() * 1000)}_{uuid4()}"
        begun = Path(self.data_folder_out) / f"{name}.part"
        begun.write_text(dumps(payload), encoding="utf-8")
        begun.replace(begun.with_name(f"{name}.{queue}.msg"))

    def _get(self, queue: Any, timeout: Any = None) -> Any:
        """The next whole message; half a one, which a process left that was ended, is taken away unread."""
        while True:
            try:
                return super()._get(queue)
            except ValueError:
                continue


class Transport(filesystem.Transport):
    Channel = Channel
