/** What a thread is asked. `cancelled` is one shared 32-bit integer: not 0 once nobody waits for the answer any more. */
export interface ThreadRequest<Request> {
  readonly job: number;
  readonly request: Request;
  readonly cancelled: SharedArrayBuffer;
}

export type ThreadMessage<Answer> =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'answer'; readonly job: number; readonly answer: Answer }
  | { readonly kind: 'refused'; readonly job: number; readonly error: string };
