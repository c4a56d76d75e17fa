<?php
declare(strict_types=1);

require_once __DIR__ . '/inbox.php';

/**
 * Gives each event of the inbox to `$handle` once, for as long as the process runs. One that throws is tried again later. Run one such
 * process for an inbox: two would both take the same event.
 */
function workInbox(callable $handle): never
{
    $inbox = new Inbox(getenv('WHARF_INBOX') ?: 'inbox');
    while (true) {
        foreach ($inbox->unhandled() as $event) {
            try {
                $handle($event);
                $inbox->markHandled($event['id']);
            } catch (Throwable $error) {
                error_log("{$event['id']} was not handled: {$error->getMessage()}");
            }
        }
        usleep(250_000);
    }
}
