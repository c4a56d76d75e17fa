import json
import time
import urllib.error
import urllib.request

from environment import require_environment

# WHARF_API ends in /api/v1. WHARF_KEY is the master key, or the key of one session.
API = require_environment("WHARF_API")
KEY = require_environment("WHARF_KEY")

TRIES_MAX = 5
# A limit that lasts longer than this is a matter for the caller, not for a loop.
WAIT_SECONDS_MAX = 30


class WharfError(Exception):
    """An answer that is no success. `code` is stable, and a bug report needs `requestId`."""

    def __init__(self, problem):
        super().__init__("{status} {code}: {detail} ({requestId})".format(**problem))
        self.problem = problem
        self.code = problem["code"]


# region call
def call(method, path, body=None, idempotency_key=None):
    """Calls the API and returns `data` of the answer.

    What may be repeated is repeated: reads, and requests with an Idempotency-Key.
    """
    repeatable = method == "GET" or idempotency_key is not None
    tries = 1
    while True:
        data, error, passes, retry_after_seconds = _request(method, path, body, idempotency_key)
        if error is None:
            return data
        wait_seconds = retry_after_seconds if retry_after_seconds is not None else 2 ** (tries - 1)
        if not repeatable or not passes or tries == TRIES_MAX or wait_seconds > WAIT_SECONDS_MAX:
            raise error
        time.sleep(wait_seconds)
        tries += 1
# endregion call


def _request(method, path, body, idempotency_key):
    headers = {"x-api-key": KEY}
    if body is not None:
        headers["content-type"] = "application/json"
    if idempotency_key is not None:
        headers["idempotency-key"] = idempotency_key
    content = None if body is None else json.dumps(body).encode("utf-8")
    request = urllib.request.Request(API + path, data=content, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=35) as response:
            return json.load(response)["data"], None, False, None
    except urllib.error.HTTPError as refusal:
        return _read_refusal(refusal)
    except (OSError, ValueError) as error:
        return None, error, True, None


def _read_refusal(refusal):
    retry_after = refusal.headers.get("retry-after")
    retry_after_seconds = None if retry_after is None else int(retry_after)
    passes = refusal.code == 429 or refusal.code >= 500
    try:
        problem = json.load(refusal)
    except ValueError:
        return None, refusal, passes, retry_after_seconds
    passes = passes or problem.get("code") == "IDEMPOTENCY_IN_PROGRESS"
    return None, WharfError(problem), passes, retry_after_seconds
