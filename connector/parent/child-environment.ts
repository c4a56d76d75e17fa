/** Variables that the parent process sets for the connector: a restart in place is the same worker with a new incarnation. */
export const childEnvironment = {
  workerId: 'WHARF_WORKER_ID',
  incarnation: 'WHARF_WORKER_INCARNATION',
  generation: 'WHARF_WORKER_GENERATION',
} as const;

/** Exit code of a connector whose configuration is wrong: starting it again would change nothing (`EX_CONFIG` of sysexits.h). */
export const wrongConfigurationExitCode = 78;
