interface PatternCheck {
  /** What is wrong with the pattern, in the engine's words; null when nothing is. */
  readonly error: string | null;
  readonly matches: boolean;
}

/** Compiles a pattern with RE2 as the server does, and tries it on a sample. The engine is loaded when first needed. */
export const checkPattern = async (source: string, sample: string): Promise<PatternCheck> => {
  if (source === '') return { error: null, matches: false };
  const { RE2JS } = await import('re2js');
  try {
    const pattern = RE2JS.compile(source, RE2JS.CASE_INSENSITIVE);
    return { error: null, matches: sample !== '' && pattern.matcher(sample).find() };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error), matches: false };
  }
};
