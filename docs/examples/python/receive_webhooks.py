"""Receives webhooks: checks the signature, keeps the body once, answers, and only then does the work.

WHARF_WEBHOOK_SECRET=whsec_… PORT=4000 python3 receive_webhooks.py
"""

import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from environment import require_environment
from inbox import Inbox
from verify_webhook import is_genuine_webhook

# Wharf's bodies end at 200,000 bytes.
BODY_BYTES_MAX = 1_000_000


# region receive
class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_POST(self):
        try:
            status = self._receive()
        except Exception as error:
            print("a webhook could not be kept:", error, file=sys.stderr)
            status = 500
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()
        self.server.arrived.set()

    def _receive(self):
        length = self.headers.get("content-length", "")
        if not length.isdigit() or int(length) > BODY_BYTES_MAX:
            self.close_connection = True
            return 413
        raw_body = self.rfile.read(int(length))
        if not is_genuine_webhook(self.server.secret, self.headers, raw_body):
            return 401
        # A repeat is a success too: anything else would bring it again.
        self.server.inbox.store(self.headers["webhook-id"], raw_body)
        return 204
# endregion receive

    def log_message(self, *arguments):
        pass


def start_receiver(handle):
    """Runs the server. `handle(event)` gets each event once; one that raises is tried again with the next event and at the next start."""
    server = ThreadingHTTPServer((os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "4000"))), Receiver)
    server.secret = require_environment("WHARF_WEBHOOK_SECRET")
    server.inbox = Inbox(os.environ.get("WHARF_INBOX", "inbox"))
    server.arrived = threading.Event()
    threading.Thread(target=_work, args=(server, handle), daemon=True).start()
    print(f"listening on {server.server_port}", flush=True)
    server.serve_forever()


def _work(server, handle):
    while True:
        server.arrived.clear()
        for event in server.inbox.unhandled():
            try:
                handle(event)
                server.inbox.mark_handled(event["id"])
            except Exception as error:  # one event must not stop the others
                print(f"{event['id']} was not handled:", error, file=sys.stderr)
        server.arrived.wait()


def print_event(event):
    """What a SaaS would do: find its own customer by `metadata`, then act by type."""
    customer = event["metadata"].get("customer", "unknown customer")
    subject = event["data"].get("messageId") or event["data"].get("status") or ""
    print(f"handled {event['type']} {event['sequence']} of {event['sessionId']} ({customer}) {subject}", flush=True)


if __name__ == "__main__":
    start_receiver(print_event)
