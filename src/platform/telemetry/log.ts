import { pino } from 'pino';

/** What the rest of the code sees of the logger. Fields hold ids and numbers, never content or personal data. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(bindings: object): Log;
}

const redacted = [
  '*.password',
  '*.key',
  '*.token',
  '*.authorization',
  '*.cookie',
  'req.headers.authorization',
  'req.headers.cookie',
];

/** Structured logs, one JSON object a line, on standard error so that a command's output stays clean. */
export const createLog = (level: string): Log =>
  pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, redact: { paths: redacted, censor: '[redacted]' } },
    pino.destination(2),
  );

/** For tests and one-shot commands that want no lines. */
export const silentLog: Log = createLog('silent');
