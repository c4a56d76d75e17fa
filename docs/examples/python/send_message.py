"""Sends a text and waits until WhatsApp has taken it.

WHARF_API=… WHARF_KEY=wharf_sk_… WHARF_SESSION=ses_… \
    python3 send_message.py +4915112345678 'Your order is ready' order-4711-ready
"""

import sys
import time
import uuid

from environment import require_environment
from wharf import call

session = require_environment("WHARF_SESSION")
if len(sys.argv) < 3:
    sys.exit("Usage: python3 send_message.py TO TEXT [IDEMPOTENCY_KEY]")
to, text = sys.argv[1:3]
# The third argument names the cause of the message, one name for one message of the account. Running this again sends nothing twice.
idempotency_key = sys.argv[3] if len(sys.argv) > 3 else str(uuid.uuid4())

# region send
message_id = call("POST", f"/sessions/{session}/messages", {"to": to, "text": text}, idempotency_key)["messageId"]
# endregion send
print(message_id, flush=True)

for _ in range(60):
    message = call("GET", f"/sessions/{session}/messages/{message_id}")
    if message["status"] == "failed":
        sys.exit(f"The message was not sent: {message['failureReason']}")
    if message["status"] not in ("queued", "sending"):
        print(message["status"])
        sys.exit(0)
    time.sleep(0.5)
print("It is still queued; the webhook will tell.")
