import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { loggableError } from './loggable-error.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const secret = 'what somebody wrote';
const caught = async (work: () => unknown): Promise<unknown> => {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
};

describe('errors in the log', () => {
  it('name the code of a database error but not the value that it quotes', async () => {
    const error = await caught(() => test.database.query('SELECT $1::timestamptz', [secret]));
    expect((error as Error).message).toContain(secret);
    const logged = loggableError(error);
    expect(logged).toMatchObject({ name: 'error', code: '22007', stack: expect.stringMatching(/^ {4}at /) });
    expect(JSON.stringify(logged)).not.toContain(secret);
  });

  it('do not quote what could not be parsed', async () => {
    const error = await caught(() => JSON.parse(`{"x": ${secret}}`) as unknown);
    expect(JSON.stringify(loggableError(error))).not.toContain(secret);
    expect(loggableError(error)).toMatchObject({ name: 'SyntaxError' });
  });

  it('keep the message of our own errors', () => {
    expect(loggableError(new TypeError('route GET /x asked for a principal'))).toMatchObject({
      name: 'TypeError',
      message: 'route GET /x asked for a principal',
    });
    expect(loggableError('a text')).toBeUndefined();
  });
});
