<?php
declare(strict_types=1);

// Sends a text and waits until WhatsApp has taken it.
//
//   WHARF_API=… WHARF_KEY=wharf_sk_… WHARF_SESSION=ses_… php send-message.php +4915112345678 'Your order is ready' order-4711-ready

require_once __DIR__ . '/wharf.php';

$session = requireEnvironment('WHARF_SESSION');
if ($argc < 3) {
    error_log('Usage: php send-message.php TO TEXT [IDEMPOTENCY_KEY]');
    exit(2);
}
[, $to, $text] = $argv;
// The third argument names the cause of the message, one name for one message of the account. Running this again sends nothing twice.
$idempotencyKey = $argv[3] ?? bin2hex(random_bytes(16));

// region send
$messageId = call('POST', "/sessions/$session/messages", ['to' => $to, 'text' => $text], $idempotencyKey)['messageId'];
// endregion send
echo "$messageId\n";

for ($tries = 0; $tries < 60; $tries++) {
    $message = call('GET', "/sessions/$session/messages/$messageId");
    if ($message['status'] === 'failed') {
        error_log("The message was not sent: {$message['failureReason']}");
        exit(1);
    }
    if (!in_array($message['status'], ['queued', 'sending'], true)) {
        echo "{$message['status']}\n";
        exit(0);
    }
    usleep(500_000);
}
echo "It is still queued; the webhook will tell.\n";
