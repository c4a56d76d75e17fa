<?php
declare(strict_types=1);

require_once __DIR__ . '/environment.php';

const TRIES_MAX = 5;
/** A limit that lasts longer than this is a matter for the caller, not for a loop. */
const WAIT_SECONDS_MAX = 30;

/** An answer that is no success. `code` is stable, and a bug report needs `requestId`. */
final class WharfError extends RuntimeException
{
    public function __construct(public readonly array $problem)
    {
        parent::__construct("{$problem['status']} {$problem['code']}: {$problem['detail']} ({$problem['requestId']})");
    }
}

// region call
/**
 * Calls the API and returns `data` of the answer. What may be repeated is repeated: reads, and requests with an Idempotency-Key.
 */
function call(string $method, string $path, ?array $body = null, ?string $idempotencyKey = null): array
{
    $repeatable = $method === 'GET' || $idempotencyKey !== null;
    for ($tries = 1; ; $tries++) {
        $answer = request($method, $path, $body, $idempotencyKey);
        if ($answer['error'] === null) {
            return $answer['data'];
        }
        $waitSeconds = $answer['retryAfterSeconds'] ?? 2 ** ($tries - 1);
        if (!$repeatable || !$answer['passes'] || $tries === TRIES_MAX || $waitSeconds > WAIT_SECONDS_MAX) {
            throw $answer['error'];
        }
        sleep($waitSeconds);
    }
}
// endregion call

/** WHARF_API ends in /api/v1. WHARF_KEY is the master key, or the key of one session. */
function request(string $method, string $path, ?array $body, ?string $idempotencyKey): array
{
    $headers = ['x-api-key: ' . requireEnvironment('WHARF_KEY')];
    if ($body !== null) {
        $headers[] = 'content-type: application/json';
    }
    if ($idempotencyKey !== null) {
        $headers[] = "idempotency-key: $idempotencyKey";
    }
    $context = stream_context_create(['http' => [
        'method' => $method,
        'header' => $headers,
        'content' => $body === null ? '' : json_encode($body, JSON_THROW_ON_ERROR),
        'ignore_errors' => true,
        'follow_location' => 0,
        'timeout' => 35,
    ]]);
    $text = @file_get_contents(requireEnvironment('WHARF_API') . $path, false, $context);
    $answer = $text === false ? null : json_decode($text, true);
    if (!is_array($answer)) {
        $error = new RuntimeException("$method $path: " . (error_get_last()['message'] ?? 'no JSON in the answer'));
        return ['error' => $error, 'passes' => true, 'retryAfterSeconds' => null];
    }
    [$status, $retryAfterSeconds] = readHead($http_response_header);
    if ($status < 300) {
        return ['error' => null, 'data' => $answer['data']];
    }
    $passes = $status === 429 || $status >= 500 || $answer['code'] === 'IDEMPOTENCY_IN_PROGRESS';
    return ['error' => new WharfError($answer), 'passes' => $passes, 'retryAfterSeconds' => $retryAfterSeconds];
}

/** Status and Retry-After out of header lines. */
function readHead(array $lines): array
{
    $status = (int) explode(' ', $lines[0])[1];
    foreach ($lines as $line) {
        if (stripos($line, 'retry-after:') === 0) {
            return [$status, (int) trim(substr($line, 12))];
        }
    }
    return [$status, null];
}
