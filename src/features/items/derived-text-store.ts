import type { Decision } from '#contracts/decision.ts';
import type { TextPlace } from '#contracts/signal.ts';
import type { ItemWrite } from '#features/decisions/index.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { withDerivedText } from './part-findings.ts';

// A decision made again may read the part again; what was read last counts.
const insertTexts = `
  INSERT INTO item_derived_texts (item_id, version, part_id, from_part_id, text, places)
  SELECT item_id, version, part_id, from_part_id, text, places
  FROM jsonb_to_recordset($1::jsonb) AS row (item_id uuid, version int, part_id text, from_part_id text, text text, places jsonb)
  ON CONFLICT (item_id, version, part_id) DO UPDATE SET text = EXCLUDED.text, places = EXCLUDED.places`;

/** Keeps what was read from the parts of the written items, and what language models wrote about them. */
export const writeDerivedTexts = async (tx: Transaction, writes: readonly ItemWrite[]): Promise<void> => {
  const rows = writes.flatMap(({ decision, findings }) =>
    (findings?.derivedTexts ?? []).map(({ partId, fromPartId, text, places }) => ({
      item_id: decision.itemId,
      version: decision.itemVersion,
      part_id: partId,
      from_part_id: fromPartId,
      text,
      places,
    })),
  );
  if (rows.length > 0) await tx.prepared('derived-texts-insert', insertTexts, [JSON.stringify(rows)]);
};

export const eraseDerivedTexts = async (tx: Transaction, itemId: string): Promise<void> => {
  await tx.query('DELETE FROM item_derived_texts WHERE item_id = $1', [itemId]);
};

interface TextRow {
  version: number;
  part_id: string;
  from_part_id: string;
  text: string;
  places: TextPlace[];
}

/** Whether anything can have been kept: parts were read, or a language model was asked. */
const keepsText = ({ trace }: Decision): boolean =>
  trace.some(({ derivedParts, layer }) => derivedParts !== undefined || layer >= 3);

/** Decisions of an item with the text that was read from its parts, where that is still there. */
export const withDerivedTexts = async (
  database: Queryable,
  itemId: string,
  decisions: readonly Decision[],
): Promise<Decision[]> => {
  if (!decisions.some(keepsText)) return [...decisions];
  const rows = await database.query<TextRow>(
    'SELECT version, part_id, from_part_id, text, places FROM item_derived_texts WHERE item_id = $1',
    [itemId],
  );
  return decisions.map((decision) => {
    const kept = new Map(
      rows
        .filter(({ version }) => version === decision.itemVersion)
        .map((row) => [
          row.part_id,
          { partId: row.part_id, fromPartId: row.from_part_id, text: row.text, places: row.places },
        ]),
    );
    return { ...decision, trace: decision.trace.map((signal) => withDerivedText(decision.id, signal, kept)) };
  });
};
