/**
 * Joins single requests into batches without waiting for company: a batch runs as soon as there is a free runner, and whatever arrives
 * meanwhile becomes the next one. Under light load each request goes alone and at once; under heavy load batches grow by themselves.
 */
export interface MicroBatchOptions<Request, Answer> {
  /** Answers in the order of the requests; throwing fails every request of the batch. */
  readonly run: (requests: readonly Request[]) => Promise<readonly Answer[]>;
  readonly maximumSize: number;
  /** Batches in flight at the same time. */
  readonly concurrency: number;
}

interface Waiting<Request, Answer> {
  readonly request: Request;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

export const microBatch = <Request, Answer>({ run, maximumSize, concurrency }: MicroBatchOptions<Request, Answer>) => {
  const waiting: Waiting<Request, Answer>[] = [];
  let running = 0;

  const runNext = async (): Promise<void> => {
    // Requests of the same turn of the event loop travel together.
    await Promise.resolve();
    try {
      while (waiting.length > 0) {
        const batch = waiting.splice(0, maximumSize);
        try {
          const answers = await run(batch.map(({ request }) => request));
          if (answers.length !== batch.length)
            throw new Error(`a batch of ${batch.length} got ${answers.length} answers`);
          batch.forEach(({ resolve }, index) => {
            resolve(answers[index]!);
          });
        } catch (error) {
          for (const { reject } of batch) reject(error);
        }
      }
    } finally {
      // In the same step that saw the queue empty: a request that comes any later starts a runner of its own.
      running -= 1;
    }
  };

  return (request: Request): Promise<Answer> =>
    new Promise<Answer>((resolve, reject) => {
      waiting.push({ request, resolve, reject });
      if (running >= concurrency) return;
      running += 1;
      void runNext();
    });
};
