# pip install standardwebhooks
from standardwebhooks.webhooks import Webhook


def read_webhook(secret, headers, raw_body):
    """The event, or an exception when the request is not from Wharf or older than five minutes."""
    return Webhook(secret).verify(raw_body, dict(headers))
