<?php
declare(strict_types=1);

/** Both ways; an older request may be a recording. */
const TOLERANCE_SECONDS = 300;
/** An empty key would let anybody sign. */
const KEY_BYTES_MIN = 24;

/**
 * Whether a request comes from Wharf and is fresh. `$secret` is `webhook.secret` of the answer that created the webhook, `$rawBody`
 * holds the bytes as they arrived, not JSON that was parsed and written again.
 */
function isGenuineWebhook(string $secret, string $id, string $timestamp, string $signatures, string $rawBody): bool
{
    if ($id === '' || preg_match('/^\d{1,12}$/D', $timestamp) !== 1) {
        return false;
    }
    if (abs(time() - (int) $timestamp) > TOLERANCE_SECONDS) {
        return false;
    }
    $key = base64_decode(preg_replace('/^whsec_/', '', $secret), true);
    if ($key === false || strlen($key) < KEY_BYTES_MIN) {
        throw new RuntimeException('WHARF_WEBHOOK_SECRET is no webhook secret.');
    }
    $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$rawBody", $key, true));
    // While a secret is being replaced there are several signatures, separated by blanks. One must fit.
    foreach (explode(' ', $signatures) as $entry) {
        if (hash_equals($expected, $entry)) {
            return true;
        }
    }
    return false;
}
