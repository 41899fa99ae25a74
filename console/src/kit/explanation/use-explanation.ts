import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { explanationSchema, maximumExplainedLength } from '#contracts/explanation.ts';
import { request } from '../api/client.ts';
import type { Finding } from '../evidence-segments.ts';
import { useShortcut } from '../shortcuts/use-shortcut.ts';
import {
  type ExplainedPart,
  type LabelChoice,
  labelChoices,
  strongFindings,
  type TextPiece,
} from './explained-parts.ts';

/** The words that move the score of some texts: asked for, on its way, or there. */
export interface WordExplanation {
  /** Whether there is a text that can be explained. */
  readonly possible: boolean;
  readonly open: boolean;
  readonly toggle: () => void;
  readonly state: 'pending' | 'failed' | 'ready';
  readonly error: unknown;
  readonly retry: () => void;
  readonly choices: readonly LabelChoice[];
  /** The label whose words are marked. */
  readonly chosen: string | undefined;
  readonly choose: (label: string) => void;
  /** Words that are marked for it, over all parts. */
  readonly marked: number;
  /** Language of the texts where the model knows none of them. */
  readonly unknownLanguage: string | undefined;
  /** Texts beyond the length that is explained. */
  readonly tooLong: number;
  /** What to mark in a part: the words while they are shown, what the decision found otherwise. */
  findings(partId: string, otherwise: readonly Finding[]): readonly Finding[];
}

interface ExplanationOptions {
  /** The labels to ask for; the server's choice unless given. */
  readonly labels: readonly string[] | undefined;
  /** Heading of the shortcut `h`. */
  readonly group: string;
  /** While the texts may not be seen, nothing is asked or shown. */
  readonly active?: boolean;
}

const explainPieces = async (
  pieces: readonly TextPiece[],
  labels: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<readonly ExplainedPart[]> => {
  const parts: ExplainedPart[] = [];
  // One after the other: the server makes few at a time, for everybody.
  for (const { partId, text } of pieces) {
    const body = { text, ...(labels === undefined ? {} : { labels }) };
    const explanation = await request('POST', '/v1/explanations', explanationSchema, { body, signal });
    parts.push({ partId, explanation });
  }
  return parts;
};

export const useExplanation = (
  texts: readonly TextPiece[],
  { labels, group, active = true }: ExplanationOptions,
): WordExplanation => {
  const { t } = useTranslation();
  const pieces = texts.filter(({ text }) => text.trim() !== '' && text.length <= maximumExplainedLength);
  const key = JSON.stringify([pieces, labels]);
  // For these very texts: others are explained only when somebody asks.
  const [openFor, setOpenFor] = useState<string | null>(null);
  const [wanted, setWanted] = useState<string | undefined>(undefined);
  const possible = pieces.length > 0 && active;
  const open = possible && openFor === key;
  const query = useQuery({
    queryKey: ['explanation', key],
    queryFn: ({ signal }) => explainPieces(pieces, labels, signal),
    enabled: open,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    refetchOnWindowFocus: false,
  });
  const toggle = (): void => setOpenFor(open ? null : key);
  useShortcut({ keys: 'h', label: t('explanation.show'), group, active: possible, run: toggle });

  const parts = query.data ?? [];
  const choices = labelChoices(parts);
  const chosen = choices.find(({ label }) => label === wanted)?.label ?? choices[0]?.label;
  const words =
    chosen === undefined
      ? new Map<string, readonly Finding[]>()
      : strongFindings(parts, chosen, (weight) => t('explanation.adds', { weight: weight.toFixed(1) }));
  const foreign = parts.filter(({ explanation }) => explanation.status === 'not_applicable');
  return {
    possible,
    open,
    toggle,
    state: query.data !== undefined ? 'ready' : query.isError && !query.isFetching ? 'failed' : 'pending',
    error: query.error,
    retry: () => void query.refetch(),
    choices,
    chosen,
    choose: setWanted,
    marked: [...words.values()].reduce((sum, { length }) => sum + length, 0),
    unknownLanguage: parts.length > 0 && foreign.length === parts.length ? foreign[0]?.explanation.language : undefined,
    tooLong: texts.filter(({ text }) => text.length > maximumExplainedLength).length,
    findings: (partId, otherwise) => (open && query.data !== undefined ? (words.get(partId) ?? []) : otherwise),
  };
};
