<?php
declare(strict_types=1);

// Answers questions about prices and opening hours, and steps aside when somebody wants a person. Runs beside receive-webhooks.php, in
// place of handle-webhooks.php.
//
//   WHARF_API=… WHARF_KEY=wharf_sk_… php sales-assistant.php

require_once __DIR__ . '/wharf.php';
require_once __DIR__ . '/work-inbox.php';

$catalogueFile = getenv('WHARF_CATALOGUE') ?: __DIR__ . '/../catalogue.json';
$catalogue = json_decode(file_get_contents($catalogueFile), true, 512, JSON_THROW_ON_ERROR);

// region answer
const WORDS = [
    'person' => ['human', 'person', 'agent', 'operator'],
    'hours' => ['hours', 'open', 'opening', 'close', 'closed', 'when'],
    'price' => ['price', 'prices', 'cost', 'costs', 'much'],
];

/** What to say to a text: topic and text. */
function answerTo(string $message, array $catalogue): array
{
    preg_match_all('/[\p{L}\p{N}]+/u', strtolower($message), $found);
    $names = fn (array $list): bool => array_intersect($list, $found[0]) !== [];
    if ($names(WORDS['person'])) {
        return ['person', 'Of course. Somebody of our team will write to you here.'];
    }
    if ($names(WORDS['hours'])) {
        return ['hours', $catalogue['hours']];
    }
    $asked = array_filter($catalogue['products'], fn (array $product): bool => $names($product['keywords']));
    if ($asked !== [] || $names(WORDS['price'])) {
        $lines = array_map(fn (array $product): string => "{$product['name']}: {$product['price']}", $asked ?: $catalogue['products']);
        return ['price', implode("\n", $lines)];
    }
    return ['help', "This is {$catalogue['shop']}. Ask for \"price\", \"hours\" or \"human\"."];
}
// endregion answer

// region quiet
/** Chats in which the assistant keeps quiet, and until when. */
$quietUntil = ['person' => [], 'help' => []];

function isQuiet(string $kind, string $chatId): bool
{
    global $quietUntil;
    return ($quietUntil[$kind][$chatId] ?? 0) > time();
}

function keepQuiet(string $kind, string $chatId, int $hours): void
{
    global $quietUntil;
    $quietUntil[$kind] = array_filter($quietUntil[$kind], fn (int $until): bool => $until > time());
    $quietUntil[$kind][$chatId] = time() + $hours * 3600;
}
// endregion quiet

// region reply
workInbox(function (array $event) use ($catalogue): void {
    $data = $event['data'];
    if ($event['type'] !== 'message.received' || ($data['type'] ?? '') !== 'text') {
        return;
    }
    $chatId = $data['chat']['id'];
    $isPrivate = str_ends_with($chatId, '@s.whatsapp.net') || str_ends_with($chatId, '@lid');
    if (!$isPrivate || isQuiet('person', $chatId)) {
        return;
    }
    [$topic, $text] = answerTo($data['text'], $catalogue);
    // Two assistants that help each other would never end.
    if ($topic === 'help' && isQuiet('help', $chatId)) {
        return;
    }
    // Named after the event: an event that is handled again sends nothing again.
    call('POST', "/sessions/{$event['sessionId']}/messages", ['to' => $chatId, 'text' => $text], "reply-{$event['id']}");
    if ($topic === 'person') {
        keepQuiet('person', $chatId, 4);
    }
    if ($topic === 'help') {
        keepQuiet('help', $chatId, 24);
    }
    echo "answered $topic to {$data['messageId']}\n";
});
// endregion reply
