import { Writable } from 'node:stream';
import { pino } from 'pino';
import type { Log } from '#platform/telemetry/log.ts';

export interface CapturedLog {
  readonly log: Log;
  /** Every line so far, as it would have been written. */
  text(): string;
}

/** The structured log at its most talkative, kept instead of printed. */
export const captureLog = (): CapturedLog => {
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString('utf8'));
      done();
    },
  });
  return { log: pino({ level: 'trace', base: null }, sink), text: () => lines.join('') };
};
