<?php
// composer require standard-webhooks/standard-webhooks

/** The event, or an exception when the request is not from Wharf or older than five minutes. */
function readWebhook(string $secret, array $headers, string $rawBody): array
{
    return (new \StandardWebhooks\Webhook($secret))->verify($rawBody, $headers);
}
