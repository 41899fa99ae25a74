import { InferenceSession, Tensor } from 'onnxruntime-node';

/** Opens a model for one core: workers run beside each other, and threads inside one only get in each other's way. */
export const openSession = (model: Uint8Array): Promise<InferenceSession> =>
  InferenceSession.create(model, {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
  });

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
