<?php
declare(strict_types=1);

/** The value of an environment variable; without one it throws, so that a web server answers 500 and not an empty 200. */
function requireEnvironment(string $name): string
{
    $value = getenv($name);
    if ($value !== false && $value !== '') {
        return $value;
    }
    throw new RuntimeException("Set $name first.");
}
