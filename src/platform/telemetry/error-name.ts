/** What a log line says of an error whose message may quote content: its name. */
export const errorName = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');
