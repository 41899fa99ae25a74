import type { Secret } from '#platform/config-secret.ts';
import { type DocumentFault, readYaml } from '#platform/read-yaml.ts';
import { faultsOfIssue, readablePath } from '#platform/value-path.ts';
import { createGenericHttp } from './protocols/generic-http.ts';
import { createLabelStudioMl } from './protocols/label-studio-ml.ts';
import { createOpenAiModeration } from './protocols/openai-moderation.ts';
import type { ScorerProtocol } from './scorer-protocol.ts';
import { type ScorerSettings, scorersFileSchema } from './scorer-settings.ts';

/** A scorer as it is configured, with its secrets put in their places. */
export interface ConfiguredScorer {
  readonly settings: ScorerSettings;
  readonly protocol: ScorerProtocol;
}

/** An environment variable that the file names; undefined where it is not set. */
export type SecretOf = (variable: string) => Secret | undefined;

type Path = readonly PropertyKey[];

class SettingFault extends Error {
  readonly path: Path;
  constructor(path: Path, message: string) {
    super(message);
    this.path = path;
  }
}

/** Headers that carry secrets wherever they are used. */
const secretHeader = /^(?:authorization|proxy-authorization|cookie|(?:x-)?(?:[a-z-]+-)?(?:api-?key|token|secret))$/;
/** What HTTP lets a header's value have (RFC 9110, 5.5), without obsolete text. */
const headerValue = /^[\x20-\x7e\t]*$/;
/** Framing is ours. */
const ourHeaders: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'content-type',
  'transfer-encoding',
  'connection',
]);

const secretFor = (variable: string, secretOf: SecretOf, path: Path): string => {
  if (!/^[A-Za-z_]\w{0,99}$/.test(variable) || variable.startsWith('TIDEGATE_'))
    throw new SettingFault(path, 'names no environment variable that may be used, such as SCORER_KEY');
  const secret = secretOf(variable);
  if (secret === undefined)
    throw new SettingFault(path, `needs the environment variable ${variable}, which is not set`);
  return secret.reveal();
};

const fillHeader = (name: string, value: string, secretOf: SecretOf, path: Path): string => {
  if (ourHeaders.has(name)) throw new SettingFault(path, 'is set by Tidegate; leave it out');
  if (secretHeader.test(name) && !/\$\{env:/.test(value))
    throw new SettingFault(path, `carries a secret; keep it in an environment variable and write \${env:NAME} here`);
  const filled = value.replaceAll(/\$\{env:([^}]*)\}/g, (_, variable: string) => secretFor(variable, secretOf, path));
  // The value itself is never shown: it may be the secret.
  if (!headerValue.test(filled)) throw new SettingFault(path, 'has characters that no header can carry');
  return filled;
};

const fillHeaders = (given: Readonly<Record<string, string>>, secretOf: SecretOf, path: Path): Record<string, string> =>
  Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, fillHeader(name, value, secretOf, [...path, name])]),
  );

const protocolOf = (settings: ScorerSettings, secretOf: SecretOf, path: Path): ScorerProtocol => {
  if (settings.kind === 'openai_moderation') {
    const { apiKeyFrom } = settings;
    if (apiKeyFrom === undefined) return createOpenAiModeration(settings, {});
    const authorization = `Bearer \${env:${apiKeyFrom}}`;
    return createOpenAiModeration(settings, {
      authorization: fillHeader('authorization', authorization, secretOf, [...path, 'apiKeyFrom']),
    });
  }
  const headers = fillHeaders(settings.headers, secretOf, [...path, 'headers']);
  return settings.kind === 'http' ? createGenericHttp(settings, headers) : createLabelStudioMl(settings, headers);
};

const isMonotone = (points: readonly (readonly [number, number])[]): boolean =>
  points.every(([raw, probability], index) => {
    const before = points[index - 1];
    return before === undefined || (raw > before[0] && probability >= before[1]);
  });

const configure = (
  settings: ScorerSettings,
  index: number,
  others: readonly ScorerSettings[],
  secretOf: SecretOf,
): ConfiguredScorer => {
  const path = ['scorers', index];
  if (others.some(({ id }, other) => other < index && id === settings.id))
    throw new SettingFault([...path, 'id'], `\`${settings.id}\` is used twice`);
  const protocol = protocolOf(settings, secretOf, path);
  for (const [category, points] of Object.entries(settings.calibration)) {
    const place = [...path, 'calibration', category];
    if (!protocol.judges.includes(category))
      throw new SettingFault(place, 'is a category that this scorer does not judge');
    if (!isMonotone(points))
      throw new SettingFault(
        place,
        'must rise: raw scores in ascending order, and no probability below the one before',
      );
  }
  return { settings, protocol };
};

/** Reads the file of external scorers. Never throws; each fault names field, reason and line, and shows no secret. */
export const readScorers = (
  text: string,
  secretOf: SecretOf,
): { readonly scorers: readonly ConfiguredScorer[] } | { readonly faults: readonly DocumentFault[] } => {
  const read = readYaml(text);
  if ('faults' in read) return read;
  const fault = (path: Path, message: string): DocumentFault => ({
    path: readablePath(path),
    message,
    line: read.lineOf(path),
  });
  const parsed = scorersFileSchema.safeParse(read.value);
  if (!parsed.success)
    return { faults: parsed.error.issues.flatMap(faultsOfIssue).map(({ path, message }) => fault(path, message)) };
  try {
    const { scorers } = parsed.data;
    return { scorers: scorers.map((settings, index) => configure(settings, index, scorers, secretOf)) };
  } catch (error) {
    if (error instanceof SettingFault) return { faults: [fault(error.path, error.message)] };
    throw error;
  }
};
