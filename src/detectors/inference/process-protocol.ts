/** What a process is asked: a job, or to give one up that nobody waits for any more. */
export type ProcessRequest<Request> =
  | { readonly kind: 'job'; readonly job: number; readonly request: Request }
  | { readonly kind: 'cancel'; readonly job: number };

export type ProcessMessage<Answer> =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'answer'; readonly job: number; readonly answer: Answer }
  | { readonly kind: 'refused'; readonly job: number; readonly error: string };
