import { InferenceSession, Tensor } from 'onnxruntime-node';

/** The session has a copy of its own, and a collector that sees no need would keep these for as long as the process lives. */
const letGo = ({ buffer, byteLength }: Uint8Array): void => {
  // Others may live in a shared buffer: small ones come out of a pool.
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
};

/**
 * Opens a model for one core: workers run beside each other, and threads inside one only get in each other's way.
 * @param model is empty afterwards where it had its memory to itself
 */
export const openSession = async (model: Uint8Array): Promise<InferenceSession> => {
  const session = await InferenceSession.create(model, {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
  });
  letGo(model);
  return session;
};

export interface FloatTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** Runs a model of one input and one output of 32-bit floats. */
export const runSession = async (session: InferenceSession, { data, dims }: FloatTensor): Promise<FloatTensor> => {
  const outputs = await session.run({ [session.inputNames[0]!]: new Tensor('float32', data, dims) });
  const output = outputs[session.outputNames[0]!]!;
  return { dims: output.dims, data: output.data as Float32Array };
};
