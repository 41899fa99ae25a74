import type { FastifyReply } from 'fastify';
import { roles } from '#contracts/access.ts';
import {
  type Explanation,
  type ExplanationRequest,
  explanationRequestSchema,
  explanationSchema,
} from '#contracts/explanation.ts';
import type { ExplanationFailure, TextExplainer } from '#engine/ports/text-explainer.ts';
import { Gate } from '#platform/gate.ts';
import { invalidRequest, type ProblemError, tooManyRequests, unavailable } from '#platform/http/problem-error.ts';
import type { Server } from '#platform/http/server.ts';

/** An explanation reads a text up to a hundred times: few at once leave the model to the items that are to be decided. */
const explainedAtOnce = 2;
const mostWaiting = 8;
/** Waiting included, milliseconds. */
const deadlineMs = 60_000;

const note =
  'Weights are what the text model loses without the words, in logits of its raw score. A decision also rests on rules, lists and thresholds.';

const tooMany = (): ProblemError =>
  tooManyRequests({
    detail: 'Too many explanations are being made.',
    remedy: 'Ask again in a few seconds.',
    retryAfterSeconds: 3,
  });

const noModel = (): ProblemError =>
  unavailable({
    detail: 'The text model that explains its scores is not at hand.',
    remedy: 'An administrator finds the cause in the log of the server; decisions are made without explanations.',
    retryAfterSeconds: 60,
  });

const busy = (): ProblemError =>
  unavailable({
    detail: 'The text model has too much to do to explain itself.',
    remedy: 'Ask again in a few seconds; decisions go first.',
    retryAfterSeconds: 5,
  });

const problemOf = (failure: ExplanationFailure): ProblemError => (failure === 'failed' ? noModel() : busy());

/** Every label that is not known, by its place. */
const unknownLabels = ({ labels = [] }: ExplanationRequest, known: ReadonlySet<string>) =>
  labels.flatMap((label, index) =>
    known.has(label) ? [] : [{ path: `labels[${index}]`, message: 'is not scored by the text model' }],
  );

/** Ends when the client has gone. */
const presenceOf = (reply: FastifyReply): AbortSignal => {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort(new Error('the client is gone')));
  return gone.signal;
};

export interface ExplanationRouteDependencies {
  /** Absent where no installed text model can explain its scores: every request is then answered 503. */
  readonly explainer?: TextExplainer | undefined;
  /** Milliseconds, as of `performance.now()`. */
  readonly elapsed?: () => number;
}

/** Which words move the scores of a text. Nothing is stored. */
export const registerExplanationRoutes = (
  server: Server,
  { explainer, elapsed = () => performance.now() }: ExplanationRouteDependencies,
): void => {
  const gate = new Gate(explainedAtOnce, { maximumWaiting: mostWaiting, refusal: tooMany });
  const known = new Set(explainer?.labels.map(({ label }) => label));

  const explain = async (request: ExplanationRequest, present: AbortSignal): Promise<Explanation> => {
    if (explainer === undefined) throw noModel();
    const errors = unknownLabels(request, known);
    if (errors.length > 0) {
      throw invalidRequest({
        detail: `The body is not valid: ${errors[0]!.path}: ${errors[0]!.message}.`,
        remedy: `The text model scores ${[...known].join(', ')}.`,
        errors,
      });
    }
    const { text, labels } = request;
    const started = elapsed();
    const abort = AbortSignal.any([present, AbortSignal.timeout(deadlineMs)]);
    const result = await gate
      .run(() => explainer.explain({ text, ...(labels === undefined ? {} : { labels }) }, abort), abort)
      .catch((error: unknown) => {
        throw abort.aborted ? busy() : error;
      });
    if (result.status === 'unavailable') throw problemOf(result.failure);
    return {
      status: result.status,
      detector: explainer.detector,
      version: explainer.version,
      language: result.language,
      labels: result.status === 'ok' ? result.labels.map((label) => ({ ...label, spans: [...label.spans] })) : [],
      durationMs: Math.round(elapsed() - started),
      note,
    };
  };

  server.post(
    '/v1/explanations',
    {
      config: { access: { scope: 'try', roles } },
      schema: {
        tags: ['Items'],
        summary: "Which words move a text's scores; nothing stored",
        body: explanationRequestSchema,
        response: { 200: explanationSchema },
      },
    },
    (request, reply) => explain(request.body, presenceOf(reply)),
  );
};
