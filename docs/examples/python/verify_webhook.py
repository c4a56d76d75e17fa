import base64
import hashlib
import hmac
import re
import time

# Both ways; an older request may be a recording.
TOLERANCE_SECONDS = 300
# An empty key would let anybody sign.
KEY_BYTES_MIN = 24


def is_genuine_webhook(secret, headers, raw_body, now_seconds=None):
    """Whether a request comes from Wharf and is fresh.

    `secret` is `webhook.secret` of the answer that created the webhook. `headers` is looked up by names in lower case. `raw_body` holds
    the bytes as they arrived, not JSON that was parsed and written again.
    """
    webhook_id = headers.get("webhook-id")
    timestamp = headers.get("webhook-timestamp")
    signatures = headers.get("webhook-signature")
    if not webhook_id or not signatures or not re.fullmatch(r"[0-9]{1,12}", timestamp or ""):
        return False
    now_seconds = time.time() if now_seconds is None else now_seconds
    if abs(now_seconds - int(timestamp)) > TOLERANCE_SECONDS:
        return False

    key = base64.b64decode(secret[len("whsec_"):] if secret.startswith("whsec_") else secret)
    if len(key) < KEY_BYTES_MIN:
        raise ValueError("WHARF_WEBHOOK_SECRET is no webhook secret.")
    signed = f"{webhook_id}.{timestamp}.".encode("utf-8") + raw_body
    expected = b"v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
    # While a secret is being replaced there are several signatures, separated by blanks. One must fit.
    return any(hmac.compare_digest(entry.encode("utf-8"), expected) for entry in signatures.split(" "))
