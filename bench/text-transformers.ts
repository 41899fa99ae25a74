import { type ChildProcess, fork } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encoderFolder } from './text-samples.ts';
import type { TransformersAnswer, TransformersRequest } from './text-transformers-worker.ts';

/** `@huggingface/transformers` on the encoder's own file, in a process of its own with one thread: the same surroundings as ours. */
export interface Transformers {
  readonly version: string;
  readonly pids: readonly number[];
  readonly startedAfterMs: number;
  score(text: string): Promise<readonly number[]>;
  /** Ids of each text, cut at 128, and what each took inside the process. */
  tokenize(
    texts: readonly string[],
  ): Promise<{ readonly ids: readonly (readonly number[])[]; readonly times: number[] }>;
  close(): void;
}

export const howToInstall =
  'not installed: npm install --no-save @huggingface/transformers, or TIDEGATE_BENCH_TRANSFORMERS=folder with its node_modules';

const locate = (): string | undefined => {
  const folder = process.env.TIDEGATE_BENCH_TRANSFORMERS ?? join(import.meta.dirname, '..');
  try {
    // What `require` would load; its ES module lies beside it.
    return createRequire(join(folder, 'package.json')).resolve('@huggingface/transformers');
  } catch {
    return undefined;
  }
};

/** A folder as the library wants it: our vocabulary as its `tokenizer.json`, our weights as its `onnx/model.onnx`. */
const prepareFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-bench-transformers-'));
  const model = join(folder, 'model');
  mkdirSync(join(model, 'onnx'), { recursive: true });
  copyFileSync(join(encoderFolder, 'model.onnx'), join(model, 'onnx/model.onnx'));
  const pieces = readFileSync(join(encoderFolder, 'vocab/vocab.txt'), 'utf8').trimEnd().split('\n');
  const id = (piece: string): number => pieces.indexOf(piece);
  const special = (piece: string) => ({ id: id(piece), content: piece, special: true });
  const [begin, end] = ['[CLS]', '[SEP]'] as const;
  const write = (name: string, content: unknown): void => writeFileSync(join(model, name), JSON.stringify(content));
  write('tokenizer.json', {
    version: '1.0',
    added_tokens: ['[PAD]', '[UNK]', begin, end, '[MASK]'].filter((piece) => id(piece) >= 0).map(special),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [
        { SpecialToken: { id: begin, type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: end, type_id: 0 } },
      ],
      pair: [],
      special_tokens: Object.fromEntries(
        [begin, end].map((piece) => [piece, { id: piece, ids: [id(piece)], tokens: [piece] }]),
      ),
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(pieces.map((piece, place) => [piece, place])),
    },
  });
  write('tokenizer_config.json', { tokenizer_class: 'BertTokenizer', do_lower_case: true, model_max_length: 128 });
  write('config.json', { model_type: 'bert', architectures: ['BertModel'] });
  return folder;
};

const ask = async (child: ChildProcess, request: TransformersRequest): Promise<TransformersAnswer> =>
  new Promise((resolve, reject) => {
    const onExit = (): void => reject(new Error('the process of @huggingface/transformers ended'));
    child.once('exit', onExit);
    child.once('message', (message: TransformersAnswer) => {
      child.off('exit', onExit);
      if (message.kind === 'failed') reject(new Error(`@huggingface/transformers: ${message.message}`));
      else resolve(message);
    });
    child.send(request);
  });

/** Undefined where it is not installed. @throws Error where it cannot be used */
export const openTransformers = async (processes: number): Promise<Transformers | undefined> => {
  const entry = locate();
  if (entry === undefined) return undefined;
  const folder = prepareFolder();
  const started = performance.now();
  const children = Array.from({ length: processes }, () =>
    fork(fileURLToPath(new URL('./text-transformers-worker.ts', import.meta.url)), [entry, folder], {
      execArgv: ['--no-warnings'],
      serialization: 'advanced',
    }),
  );
  const close = (): void => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  let startedAfterMs: number;
  try {
    await Promise.all(children.map((child) => ask(child, { kind: 'open' })));
    startedAfterMs = performance.now() - started;
  } catch (error) {
    close();
    throw error;
  }
  const free = [...children];
  const waiting: ((child: ChildProcess) => void)[] = [];
  const withChild = async (request: TransformersRequest): Promise<TransformersAnswer> => {
    const child = free.pop() ?? (await new Promise<ChildProcess>((resolve) => waiting.push(resolve)));
    try {
      return await ask(child, request);
    } finally {
      const next = waiting.shift();
      if (next === undefined) free.push(child);
      else next(child);
    }
  };
  return {
    version: versionAt(entry),
    pids: children.map(({ pid }) => pid!),
    startedAfterMs,
    async score(text) {
      const answer = await withChild({ kind: 'score', text });
      if (answer.kind !== 'scores') throw new Error('no scores');
      return answer.scores;
    },
    async tokenize(texts) {
      const answer = await withChild({ kind: 'tokenize', texts });
      if (answer.kind !== 'ids') throw new Error('no ids');
      return answer;
    },
    close,
  };
};

const versionAt = (entry: string): string => {
  const file = join(entry, '../../package.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version : 'unknown';
};
