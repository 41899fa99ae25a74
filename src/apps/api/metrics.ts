import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Decision } from '#contracts/decision.ts';
import type { RequestObserver } from '#platform/http/server.ts';

const requestBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** The process's metrics, in Prometheus form. Few labels, none of them from outside. */
export const createMetrics = () => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'tidegate_' });
  const requests = new Histogram({
    name: 'tidegate_http_request_seconds',
    help: 'Time to answer a request',
    labelNames: ['method', 'route', 'status'],
    buckets: requestBuckets,
    registers: [registry],
  });
  const decisions = new Counter({
    name: 'tidegate_decisions_total',
    help: 'Decisions on record',
    labelNames: ['outcome', 'layer'],
    registers: [registry],
  });
  const latency = new Histogram({
    name: 'tidegate_decision_seconds',
    help: 'Time from receipt to verdict',
    labelNames: ['layer'],
    buckets: requestBuckets,
    registers: [registry],
  });
  const signals = new Counter({
    name: 'tidegate_signals_total',
    help: 'Signals by detector and status',
    labelNames: ['detector', 'status'],
    registers: [registry],
  });
  const detectorSeconds = new Histogram({
    name: 'tidegate_detector_seconds',
    help: 'Time of a detector on one item',
    labelNames: ['detector'],
    buckets: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 1],
    registers: [registry],
  });

  const observeRequest: RequestObserver = ({ method, route, status, seconds }) => {
    requests.observe({ method, route, status: String(status) }, seconds);
  };
  const observeDecision = ({
    outcome,
    layer,
    latencyMs,
    trace,
  }: Pick<Decision, 'outcome' | 'layer' | 'latencyMs' | 'trace'>): void => {
    decisions.inc({ outcome, layer: String(layer) });
    latency.observe({ layer: String(layer) }, latencyMs / 1000);
    for (const { detector, status, durationMs } of trace) {
      signals.inc({ detector, status });
      detectorSeconds.observe({ detector }, durationMs / 1000);
    }
  };
  /** A number read when the metrics are. */
  const gauge = (name: string, help: string, read: () => number | Promise<number>): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        this.set(await read());
      },
    });
  };
  return { registry, observeRequest, observeDecision, gauge };
};
export type Metrics = ReturnType<typeof createMetrics>;
