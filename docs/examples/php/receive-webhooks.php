<?php
declare(strict_types=1);

// Receives webhooks: checks the signature, keeps the body once, and answers. The work is done by another process, such as
// handle-webhooks.php or sales-assistant.php, which reads the same inbox.
//
//   WHARF_WEBHOOK_SECRET=whsec_… php -S 127.0.0.1:4000 receive-webhooks.php

require_once __DIR__ . '/environment.php';
require_once __DIR__ . '/inbox.php';
require_once __DIR__ . '/verify-webhook.php';

/** Wharf's bodies end at 200,000 bytes. */
const BODY_BYTES_MAX = 1_000_000;

// region receive
function receive(): int
{
    if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
        return 405;
    }
    $rawBody = file_get_contents('php://input', length: BODY_BYTES_MAX + 1);
    if (strlen($rawBody) > BODY_BYTES_MAX) {
        return 413;
    }
    $webhookId = $_SERVER['HTTP_WEBHOOK_ID'] ?? '';
    $timestamp = $_SERVER['HTTP_WEBHOOK_TIMESTAMP'] ?? '';
    $signatures = $_SERVER['HTTP_WEBHOOK_SIGNATURE'] ?? '';
    $secret = requireEnvironment('WHARF_WEBHOOK_SECRET');
    if (!isGenuineWebhook($secret, $webhookId, $timestamp, $signatures, $rawBody)) {
        return 401;
    }
    // A repeat is a success too: anything else would bring it again.
    (new Inbox(getenv('WHARF_INBOX') ?: 'inbox'))->store($webhookId, $rawBody);
    return 204;
}
// endregion receive

try {
    http_response_code(receive());
} catch (Throwable $error) {
    error_log($error->getMessage());
    http_response_code(500);
}
