import { useCallback, useEffect, useState } from 'react';
import { send } from '../api/client.ts';

interface Preview {
  /** Of the picture in this page; null until it is there. */
  readonly address: string | null;
  readonly error: unknown;
  readonly retry: () => void;
}

/**
 * Fetches a picture from the server once it is wanted, and keeps it until the component goes.
 * Asking is on record there, so nothing is fetched before somebody decides to look.
 */
export const usePreview = (path: string | null, wanted: boolean): Preview => {
  const [asked, setAsked] = useState(wanted);
  if (wanted && !asked) setAsked(true);
  const [attempt, setAttempt] = useState(0);
  const [state, setState] = useState<{ address: string | null; error: unknown }>({ address: null, error: null });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is made by counting
  useEffect(() => {
    setState({ address: null, error: null });
    if (path === null || !asked) return;
    const controller = new AbortController();
    let address: string | null = null;
    send('GET', path, { accept: 'image/webp', signal: controller.signal })
      .then((response) => response.blob())
      .then((blob) => {
        if (controller.signal.aborted) return;
        address = URL.createObjectURL(blob);
        setState({ address, error: null });
      })
      .catch((error: unknown) => {
        if (!controller.signal.aborted) setState({ address: null, error });
      });
    return () => {
      controller.abort();
      if (address !== null) URL.revokeObjectURL(address);
    };
  }, [path, asked, attempt]);
  const retry = useCallback(() => setAttempt((before) => before + 1), []);
  return { ...state, retry };
};
