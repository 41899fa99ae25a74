import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join, relative } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { exitCodes } from '#apps/cli/exit-codes.ts';
import { createProgram } from '#apps/cli/program.ts';
import { processTerminal } from '#apps/cli/terminal.ts';
import { itemSubmissionSchema } from '#contracts/item.ts';
import type { Detector } from '#engine/ports/detector.ts';
import { clauses, defaultSamples } from './conformance/detector-conformance.ts';

const project = join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(join(project, file), 'utf8');
const documents = [
  ...readdirSync(project).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(project, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
  'bench/README.md',
];
const matches = (text: string, pattern: RegExp): string[] => Array.from(text.matchAll(pattern), (match) => match[1]!);

describe.each(documents)('the document %s', (document) => {
  it('links only to what is there', () => {
    const targets = matches(read(document), /\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g);
    const missing = targets.filter((target) => !existsSync(join(project, dirname(document), target)));
    expect(missing).toEqual([]);
  });

  it('names only files and npm scripts that exist', () => {
    const text = read(document).replaceAll(/src\/detectors\/layer1-rules\/shouting\S*/g, '');
    const paths = matches(text, /`((?:src|test|scripts|policies|demo|bench|docs|models|migrations)\/[\w./-]+)`/g);
    expect(paths.filter((path) => !existsSync(join(project, path)))).toEqual([]);
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = matches(text, /npm run ([a-z][\w-]*)/g);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

describe('what the documents show', () => {
  it('is a submission that the API takes', () => {
    const [example] = matches(read('docs/api.md'), /```json\n(\{\n {2}"externalId"[\s\S]*?)```/g);
    expect(itemSubmissionSchema.parse(JSON.parse(example!)).externalId).toBe('comment-8812');
    const [curl] = matches(read('README.md'), /-d '(\{[\s\S]*?\})'\n/g);
    expect(itemSubmissionSchema.parse(JSON.parse(curl!)).surface).toBe('comment');
  });

  it('is every command and every exit code of the command line', () => {
    const program = createProgram(processTerminal(), () => {});
    const names = (command: Command, prefix = ''): string[] =>
      command.commands.flatMap((child) =>
        child.commands.length > 0 ? names(child, `${prefix}${child.name()} `) : [`${prefix}${child.name()}`],
      );
    const documented = read('docs/cli.md');
    for (const name of names(program)) expect(documented).toMatch(new RegExp(`^\\| \`${name}\\b`, 'm'));
    const codes = matches(documented, /^\| (\d+) +\|/gm).map(Number);
    expect(codes).toEqual(Object.values(exitCodes).toSorted((left, right) => left - right));
  });

  it('is a detector that works as it stands', async () => {
    const [source] = matches(read('docs/add-a-detector.md'), /```ts\n(import type[\s\S]*?)```/g);
    // Its imports are types only, so that nothing but plain JavaScript is left.
    const code = stripTypeScriptTypes(source!);
    const module = (await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`)) as {
      createShoutingDetector: () => Detector;
    };
    const detector = module.createShoutingDetector();
    for (const { check } of clauses) await check(detector, defaultSamples);
    const port = read('src/engine/ports/detector.ts');
    for (const field of Object.keys(detector)) expect(port).toMatch(new RegExp(`readonly ${field}\\b|\\b${field}\\(`));
  });

  it('leaves no document out of the README', () => {
    const linked = new Set(matches(read('README.md'), /\]\((docs\/[\w./-]+\.md)\)/g));
    const guides = documents.filter((document) => /^docs\/[^/]+\.md$/.test(document));
    expect(guides.filter((guide) => !linked.has(relative('.', guide)))).toEqual([]);
  });
});
