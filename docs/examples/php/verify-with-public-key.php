<?php

const PUBLIC_KEY_TOLERANCE_SECONDS = 300;

/**
 * Whether a request comes from Wharf and is fresh. `$publicKeys` are those of `GET /webhooks/{webhookId}`: nothing to keep secret.
 *
 * @param list<string> $publicKeys
 */
function isSignedByPublicKey(array $publicKeys, string $id, string $timestamp, string $signatures, string $rawBody): bool
{
    if (!preg_match('/^[0-9]{1,12}$/D', $timestamp) || abs(time() - (int) $timestamp) > PUBLIC_KEY_TOLERANCE_SECONDS) {
        return false;
    }
    foreach (explode(' ', $signatures) as $one) {
        $signature = str_starts_with($one, 'v1a,') ? base64_decode(substr($one, 4), true) : false;
        if ($signature === false || strlen($signature) !== SODIUM_CRYPTO_SIGN_BYTES) {
            continue;
        }
        foreach ($publicKeys as $key) {
            $publicKey = base64_decode(substr($key, strlen('whpk_')), true);
            if (sodium_crypto_sign_verify_detached($signature, "$id.$timestamp.$rawBody", $publicKey)) {
                return true;
            }
        }
    }
    return false;
}
