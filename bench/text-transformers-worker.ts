// Entry of a process: `@huggingface/transformers` as its guide has it, offline. Arguments: its entry file, and the folder with the model.
import { pathToFileURL } from 'node:url';

export type TransformersRequest =
  | { readonly kind: 'open' }
  | { readonly kind: 'score'; readonly text: string }
  | { readonly kind: 'tokenize'; readonly texts: readonly string[] };

export type TransformersAnswer =
  | { readonly kind: 'opened' }
  | { readonly kind: 'scores'; readonly scores: number[] }
  | { readonly kind: 'ids'; readonly ids: number[][]; readonly times: number[] }
  | { readonly kind: 'failed'; readonly message: string };

interface Inputs {
  readonly input_ids: { readonly data: BigInt64Array };
  readonly attention_mask: unknown;
}

/** What is used of the library, which is not among the dependencies: its types are not to be had. */
interface Library {
  readonly env: { allowRemoteModels: boolean; localModelPath: string };
  readonly AutoTokenizer: {
    from_pretrained(
      name: string,
    ): Promise<(text: string, options: { truncation: boolean; max_length: number }) => Inputs>;
  };
  readonly AutoModel: {
    from_pretrained(
      name: string,
      options: Readonly<Record<string, unknown>>,
    ): Promise<(inputs: object) => Promise<{ readonly scores: { readonly data: Float32Array } }>>;
  };
}

const [entry, folder] = process.argv.slice(2);
if (entry === undefined || folder === undefined) throw new Error('started by bench/text-transformers.ts');

const open = async () => {
  const { env, AutoTokenizer, AutoModel } = (await import(pathToFileURL(entry).href)) as Library;
  env.allowRemoteModels = false;
  env.localModelPath = folder;
  const tokenizer = await AutoTokenizer.from_pretrained('model');
  const model = await AutoModel.from_pretrained('model', {
    dtype: 'fp32',
    device: 'cpu',
    session_options: { intraOpNumThreads: 1, interOpNumThreads: 1 },
  });
  const encode = (text: string): Inputs => tokenizer(text, { truncation: true, max_length: 128 });
  return { encode, model };
};

const opened = open();

const answerTo = async (request: TransformersRequest): Promise<TransformersAnswer> => {
  const { encode, model } = await opened;
  if (request.kind === 'open') return { kind: 'opened' };
  if (request.kind === 'score') {
    const { input_ids, attention_mask } = encode(request.text);
    const { scores } = await model({ input_ids, attention_mask });
    return { kind: 'scores', scores: [...scores.data] };
  }
  const ids: number[][] = [];
  const times = request.texts.map((text) => {
    const started = performance.now();
    const inputs = encode(text);
    const took = performance.now() - started;
    ids.push(Array.from(inputs.input_ids.data, Number));
    return took;
  });
  return { kind: 'ids', ids, times };
};

process.on('disconnect', () => process.exit(0));
process.on('message', (request: TransformersRequest) => {
  answerTo(request).then(
    (answer) => process.send?.(answer),
    (error: unknown) =>
      process.send?.({ kind: 'failed', message: error instanceof Error ? error.message : String(error) }),
  );
});
