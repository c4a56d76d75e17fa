<?php
declare(strict_types=1);

/**
 * Webhooks that have arrived, each once, in a folder: `<webhook-id>.json` is the body, `<webhook-id>.done` says that it was handled.
 * It stands for a database table with `webhook-id` as its primary key and a column `handled_at`.
 */
final class Inbox
{
    public function __construct(private readonly string $folder)
    {
        if (!is_dir($folder) && !@mkdir($folder, 0700, true) && !is_dir($folder)) {
            throw new RuntimeException("The folder $folder cannot be made.");
        }
    }

    /** Keeps a body; false when this webhook-id is there already. */
    public function store(string $webhookId, string $rawBody): bool
    {
        $file = $this->path($webhookId, 'json');
        $temporary = tempnam($this->folder, 'new');
        if ($temporary === false || file_put_contents($temporary, $rawBody) !== strlen($rawBody)) {
            throw new RuntimeException('A webhook could not be kept.');
        }
        // A link appears whole or not at all, and fails when the name is taken.
        $linked = @link($temporary, $file);
        unlink($temporary);
        clearstatcache();
        if (!$linked && !file_exists($file)) {
            throw new RuntimeException('A webhook could not be kept.');
        }
        return $linked;
    }

    /** Events that were not handled yet, those of a session in their order. */
    public function unhandled(): array
    {
        $events = [];
        clearstatcache();
        foreach (glob("$this->folder/*.json") as $file) {
            if (!file_exists(preg_replace('/json$/', 'done', $file))) {
                $events[] = json_decode(file_get_contents($file), true, 512, JSON_THROW_ON_ERROR);
            }
        }
        usort($events, fn (array $left, array $right) => $left['sequence'] <=> $right['sequence']);
        return $events;
    }

    public function markHandled(string $webhookId): void
    {
        touch($this->path($webhookId, 'done'));
    }

    private function path(string $webhookId, string $ending): string
    {
        return "$this->folder/$webhookId.$ending";
    }
}
