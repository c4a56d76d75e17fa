<?php
declare(strict_types=1);

// Does the work for the webhooks that receive-webhooks.php keeps.
//
//   php handle-webhooks.php

require_once __DIR__ . '/work-inbox.php';

/** What a SaaS would do: find its own customer by `metadata`, then act by type. */
workInbox(function (array $event): void {
    ['type' => $type, 'sequence' => $sequence, 'sessionId' => $sessionId, 'data' => $data] = $event;
    $customer = $event['metadata']['customer'] ?? 'unknown customer';
    $subject = $data['messageId'] ?? $data['status'] ?? '';
    echo "handled $type $sequence of $sessionId ($customer) $subject\n";
});
