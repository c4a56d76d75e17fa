<?php
declare(strict_types=1);

// Creates a session for one client and waits until the client has scanned the QR code.
//
//   WHARF_API=https://…/api/v1 WHARF_KEY=wharf_ak_… WHARF_WEBHOOK_URL=https://saas.example/webhooks/wharf \
//     php connect-client.php customer-4711 'Client ABC'

require_once __DIR__ . '/wharf.php';

$customerId = $argv[1] ?? 'customer-4711';
$name = $argv[2] ?? 'Client ABC';
$qrFile = getenv('WHARF_QR_FILE') ?: 'qr.png';

// region create
$session = [
    'name' => $name,
    'metadata' => ['customer' => $customerId],
    'webhook' => [
        'url' => requireEnvironment('WHARF_WEBHOOK_URL'),
        'events' => ['message.received', 'message.sent', 'message.status', 'status.change'],
    ],
];
// One key for each click. If the answer is lost, the repeat gets the same session, and not a second one.
$created = call('POST', '/sessions', $session, idempotencyKey: bin2hex(random_bytes(16)));
// endregion create
// Key and secret are shown this once. A real program stores them encrypted instead of printing them.
echo json_encode($created, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES), "\n";

// region wait
$stillMoving = ['starting', 'connecting', 'reconnecting'];
$sessionId = $created['sessionId'];
$shown = null;
while (true) {
    $answer = call('GET', "/sessions/$sessionId/qr?wait=20");
    ['reason' => $reason, 'qrCode' => $qrCode] = $answer;
    if ($reason === 'connected') {
        break;
    }
    if ($reason !== null && !in_array($reason, $stillMoving, true)) {
        error_log("No code will come by itself: $reason. POST /sessions/$sessionId/restart begins anew.");
        exit(1);
    }
    if ($qrCode !== null && $qrCode !== $shown) {
        $shown = $qrCode;
        file_put_contents($qrFile, base64_decode(explode(',', $qrCode)[1]));
        echo "Scan $qrFile before {$answer['expiresAt']}.\n";
    }
    sleep(2);
}
// endregion wait
echo "Session $sessionId is connected.\n";
