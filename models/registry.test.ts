import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { modelCardSchema, modelReportSchema } from '#contracts/models.ts';

const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .filter((name) => existsSync(join(import.meta.dirname, name, 'registry.json')));
const read = (...path: string[]): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, ...path), 'utf8')) as unknown;

it('every model that ships has a card for machines', () => {
  expect(folders).toEqual(expect.arrayContaining(['image-nsfw', 'image-opennsfw', 'image-text', 'text-ngram']));
});

describe.each(folders)('%s', (name) => {
  const card = modelCardSchema.parse(read(name, 'registry.json'));

  it('is of the version that ships', () => {
    expect(card.id).toBe(name);
    // The encoder's version is that of the cascade that it is a part of.
    const files = ['cascade.json', 'model.json'].filter((file) => existsSync(join(import.meta.dirname, name, file)));
    expect(files.map((file) => (read(name, file) as { version?: string }).version)).toContain(card.version);
  });

  it('names files with the checksums that they have', () => {
    for (const file of card.files) {
      const path = join(import.meta.dirname, name, file.name);
      if (!existsSync(path)) continue;
      const bytes = readFileSync(path);
      expect(bytes.length, file.name).toBe(file.bytes);
      expect(createHash('sha256').update(bytes).digest('hex'), file.name).toBe(file.sha256);
    }
    expect(JSON.stringify(read(name, 'model.json'))).toContain(card.files[0]!.sha256);
  });

  it('has a report of this version on the labels that it judges, or says that nobody measured it', () => {
    if (!existsSync(join(import.meta.dirname, name, 'report.json'))) {
      expect(card.measuredOn === null || card.metrics.length > 0).toBe(true);
      return;
    }
    const report = modelReportSchema.parse(read(name, 'report.json'));
    expect(report).toMatchObject({ model: name, version: card.version });
    const judged = [...card.categories, ...card.attributes];
    for (const { label, curve, count } of report.labels) {
      expect(judged).toContain(label);
      expect(count).toBeGreaterThan(0);
      for (const [index, point] of curve.entries()) {
        const before = curve[index - 1];
        expect(point.workload).toBeLessThanOrEqual(before?.workload ?? 1);
        expect(point.recall ?? 0).toBeLessThanOrEqual(before?.recall ?? 1);
      }
    }
  });
});
