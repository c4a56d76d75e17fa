import json
import os
import threading


class Inbox:
    """Webhooks that have arrived, each once, in a folder.

    `<webhook-id>.json` is the body, `<webhook-id>.done` says that it was handled. It stands for a database table with `webhook-id` as its
    primary key and a column `handled_at`.
    """

    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)

    def store(self, webhook_id, raw_body):
        """Keeps a body; False when this webhook-id is there already."""
        temporary = self._path(webhook_id, f"{os.getpid()}-{threading.get_ident()}.tmp")
        with open(temporary, "wb") as file:
            file.write(raw_body)
        try:
            # A link appears whole or not at all, and fails when the name is taken.
            os.link(temporary, self._path(webhook_id, "json"))
            return True
        except FileExistsError:
            return False
        finally:
            os.remove(temporary)

    def unhandled(self):
        """Events that were not handled yet, those of a session in their order."""
        names = set(os.listdir(self.folder))
        waiting = [name for name in names if name.endswith(".json") and name[:-5] + ".done" not in names]
        events = []
        for name in waiting:
            with open(os.path.join(self.folder, name), encoding="utf-8") as file:
                events.append(json.load(file))
        return sorted(events, key=lambda event: event["sequence"])

    def mark_handled(self, webhook_id):
        with open(self._path(webhook_id, "done"), "w", encoding="utf-8"):
            pass

    def _path(self, webhook_id, ending):
        return os.path.join(self.folder, f"{webhook_id}.{ending}")
