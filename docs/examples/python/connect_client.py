"""Creates a session for one client and waits until the client has scanned the QR code.

WHARF_API=https://…/api/v1 WHARF_KEY=wharf_ak_… WHARF_WEBHOOK_URL=https://saas.example/webhooks/wharf \
    python3 connect_client.py customer-4711 'Client ABC'
"""

import base64
import json
import os
import sys
import time
import uuid

from environment import require_environment
from wharf import call

customer_id = sys.argv[1] if len(sys.argv) > 1 else "customer-4711"
name = sys.argv[2] if len(sys.argv) > 2 else "Client ABC"
qr_file = os.environ.get("WHARF_QR_FILE", "qr.png")

# region create
session = {
    "name": name,
    "metadata": {"customer": customer_id},
    "webhook": {
        "url": require_environment("WHARF_WEBHOOK_URL"),
        "events": ["message.received", "message.sent", "message.status", "status.change"],
    },
}
# One key for each click. If the answer is lost, the repeat gets the same session, and not a second one.
created = call("POST", "/sessions", session, idempotency_key=str(uuid.uuid4()))
# endregion create
# Key and secret are shown this once. A real program stores them encrypted instead of printing them.
print(json.dumps(created), flush=True)

# region wait
STILL_MOVING = ("starting", "connecting", "reconnecting")
session_id = created["sessionId"]
shown = None
while True:
    answer = call("GET", f"/sessions/{session_id}/qr?wait=20")
    reason, qr_code = answer["reason"], answer["qrCode"]
    if reason == "connected":
        break
    if reason is not None and reason not in STILL_MOVING:
        sys.exit(f"No code will come by itself: {reason}. POST /sessions/{session_id}/restart begins anew.")
    if qr_code is not None and qr_code != shown:
        shown = qr_code
        with open(qr_file, "wb") as file:
            file.write(base64.b64decode(qr_code.split(",")[1]))
        print(f"Scan {qr_file} before {answer['expiresAt']}.", flush=True)
    time.sleep(2)
# endregion wait
print(f"Session {session_id} is connected.")
