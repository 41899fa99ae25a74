import type { Decision } from '#contracts/decision.ts';
import type { Evidence, Signal } from '#contracts/signal.ts';
import { type AuditEntryInput, systemActor } from '#features/audit/index.ts';
import type { Transaction } from '#platform/database/database.ts';
import { newId } from '#platform/ids.ts';
import { addMatches, addReports, type MatchRow, type ReportRow } from './match-store.ts';

type HashEvidence = Extract<Evidence, { kind: 'hash_match' }>;

/** A file that is kept from people: from everybody (`csam_exact`), or from all but the legal role (`csam_perceptual`). */
export interface WithheldFile {
  readonly sha256: string;
  readonly reason: 'csam_exact' | 'csam_perceptual';
}

export interface RecordedMatches {
  readonly withheld: readonly WithheldFile[];
  /** To be appended with the decisions' own entries, as the last thing of the transaction. */
  readonly audit: readonly AuditEntryInput[];
}

/** Names in the signals of the detector `hash-banks`. */
export const matchAttributes = {
  /** The file that was looked up. */
  file: 'file_sha256',
  /** Banks of the kind `csam` among the matches that act, as `a,b`. */
  csam: 'csam_banks',
} as const;

const hashEvidence = ({ evidence }: Signal): HashEvidence[] =>
  evidence.filter((one): one is HashEvidence => one.kind === 'hash_match');

const textAttribute = ({ attributes }: Signal, name: string): string => {
  const value = attributes[name];
  return typeof value === 'string' ? value : '';
};

interface CsamMatch {
  readonly sha256: string;
  readonly bankId: string;
  readonly exact: boolean;
}

/** What a signal says of banks of the kind `csam` that act, as exact matches first. */
const csamMatches = (signal: Signal): CsamMatch[] => {
  const banks = new Set(textAttribute(signal, matchAttributes.csam).split(','));
  const sha256 = textAttribute(signal, matchAttributes.file);
  if (sha256 === '') return [];
  return hashEvidence(signal)
    .filter(({ bank, behaviour }) => banks.has(bank) && behaviour !== 'none')
    .map(({ bank, algorithm }) => ({ sha256, bankId: bank, exact: algorithm !== 'pdq' }))
    .sort((left, right) => Number(right.exact) - Number(left.exact));
};

const matchRows = ({ itemId, itemVersion, decidedAt, trace }: Decision): MatchRow[] =>
  trace.flatMap((signal) =>
    hashEvidence(signal).map(({ bank, partId, algorithm, distance, behaviour }) => ({
      id: newId(),
      bankId: bank,
      itemId,
      itemVersion,
      partId,
      algorithm,
      distance,
      behaviour,
      at: new Date(decidedAt),
    })),
  );

const reportRows = ({ itemId, itemVersion, decidedAt, trace }: Decision): Omit<ReportRow, 'state'>[] =>
  trace.flatMap((signal) =>
    csamMatches(signal)
      .filter(({ exact }) => exact)
      .slice(0, 1)
      .map(({ sha256, bankId }) => ({
        id: newId(),
        itemId,
        itemVersion,
        bankId,
        sha256,
        createdAt: new Date(decidedAt),
      })),
  );

const withheldFiles = (decisions: readonly Decision[]): WithheldFile[] => {
  const files = new Map<string, WithheldFile>();
  for (const match of decisions.flatMap(({ trace }) => trace).flatMap(csamMatches)) {
    const reason = match.exact ? 'csam_exact' : 'csam_perceptual';
    if (match.exact || !files.has(match.sha256)) files.set(match.sha256, { sha256: match.sha256, reason });
  }
  return [...files.values()];
};

/**
 * Puts down what hash banks found in decisions of the machine, from their traces: matches and their counts, and a report to the authorities for
 * each file that is a known one of a CSAM bank. Called in the transaction that records the decisions; a decision without matches costs nothing,
 * and one that is recorded again changes nothing.
 */
export const recordBankMatches = async (
  tx: Transaction,
  decisions: readonly { readonly decision: Decision }[],
): Promise<RecordedMatches> => {
  const all = decisions.map(({ decision }) => decision).filter(({ decidedBy }) => decidedBy.kind === 'machine');
  const matches = all.flatMap(matchRows);
  if (matches.length === 0) return { withheld: [], audit: [] };
  const reports = all.flatMap(reportRows);
  const [, added] = await Promise.all([
    addMatches(tx, matches),
    reports.length === 0 ? new Set<string>() : addReports(tx, reports),
  ]);
  const audit = reports
    .filter(({ id }) => added.has(id))
    .map(
      ({ id, itemId, itemVersion, bankId }): AuditEntryInput => ({
        actor: systemActor,
        action: 'authority-report-queued',
        subject: { kind: 'authority_report', id },
        details: { itemId, version: itemVersion, bankId },
      }),
    );
  return { withheld: withheldFiles(all), audit };
};
