/**
 * Makes `model.onnx` from the MobileNet v2 in the nsfwjs package (a development dependency): `node models/image-nsfw/convert.ts`.
 *
 * The weights stay the bytes that the package carries; the graph turns them into numbers (`byte * scale + minimum`) when it is loaded, where
 * onnxruntime folds that and the batch normalisations into the convolutions. Input: 1 x 3 x 224 x 224, red, green, blue, 0..1.
 */

import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type KerasLayer, type KerasModel, type QuantisedWeight, readNsfwjs } from './keras-model.ts';
import { castToFloat, type Node, type Tensor, writeOnnx } from './onnx-writer.ts';

/** Bytes of row-major `shape`, its axes in a new order. */
const transpose = (data: Uint8Array, shape: readonly number[], order: readonly number[]): Uint8Array => {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const sizes = order.map((axis) => shape[axis]!);
  const result = new Uint8Array(data.length);
  const position = sizes.map(() => 0);
  for (let index = 0; index < result.length; index += 1) {
    result[index] = data[order.reduce((sum, axis, place) => sum + position[place]! * strides[axis]!, 0)]!;
    for (let place = sizes.length - 1; place >= 0; place -= 1) {
      position[place]! += 1;
      if (position[place]! < sizes[place]!) break;
      position[place] = 0;
    }
  }
  return result;
};

class GraphBuilder {
  readonly nodes: Node[] = [];
  readonly tensors: Tensor[] = [];
  readonly #model: KerasModel;

  constructor(model: KerasModel) {
    this.#model = model;
  }

  /** Adds a weight in the layout given by `order` and returns the name of its values. */
  weight(name: string, order?: readonly number[]): string {
    const stored = this.#model.weights.get(name);
    if (stored === undefined) throw new Error(`there is no weight ${name}`);
    const { shape, data, scale, minimum }: QuantisedWeight = stored;
    const scalar = (value: number) => ({ shape: [], data: Float32Array.of(value) });
    this.tensors.push(
      {
        name: `${name}:bytes`,
        shape: order === undefined ? shape : order.map((axis) => shape[axis]!),
        data: order === undefined ? data : transpose(data, shape, order),
      },
      { name: `${name}:scale`, ...scalar(scale) },
      { name: `${name}:minimum`, ...scalar(minimum) },
    );
    this.nodes.push(
      { operator: 'Cast', inputs: [`${name}:bytes`], output: `${name}:cast`, attributes: castToFloat },
      { operator: 'Mul', inputs: [`${name}:cast`, `${name}:scale`], output: `${name}:scaled` },
      { operator: 'Add', inputs: [`${name}:scaled`, `${name}:minimum`], output: name },
    );
    return name;
  }

  convolution(layer: KerasLayer, input: string, before: readonly number[]): void {
    const { name, config } = layer;
    const depthwise = layer.class_name === 'DepthwiseConv2D';
    const kernel = config.kernel_size!;
    if (config.use_bias === true) throw new Error(`${name} has a bias, which is not expected`);
    // Height, width, in, out (depthwise: in, 1) becomes out, in / groups, height, width.
    const weight = this.weight(
      `${name}/${depthwise ? 'depthwise_kernel' : 'kernel'}`,
      depthwise ? [2, 3, 0, 1] : [3, 2, 0, 1],
    );
    const groups = depthwise ? this.#model.weights.get(weight)!.shape[2]! : 1;
    // All that is padded by itself here has stride 1 and an odd kernel, where "same" is the same on both sides.
    const around = config.padding === 'same' ? kernel.map((size) => (size - 1) / 2) : [0, 0];
    const pads = [...around, ...around].map((size, index) => size + before[index]!);
    this.nodes.push({
      operator: 'Conv',
      inputs: [input, weight],
      output: name,
      attributes: { kernel_shape: kernel, strides: config.strides!, pads, group: groups },
    });
  }

  dense({ name, config }: KerasLayer, input: string): void {
    const linear = `${name}:linear`;
    this.nodes.push(
      { operator: 'Gemm', inputs: [input, this.weight(`${name}/kernel`), this.weight(`${name}/bias`)], output: linear },
      config.activation === 'softmax'
        ? { operator: 'Softmax', inputs: [linear], output: name, attributes: { axis: 1 } }
        : { operator: 'Relu', inputs: [linear], output: name },
    );
  }
}

const NO_PADS = [0, 0, 0, 0];

/** The ONNX file of the model. The same package gives the same bytes. */
export const convert = (model: KerasModel): Uint8Array => {
  const graph = new GraphBuilder(model);
  /** What a layer's output is called in the graph, and the padding (top, left, bottom, right) that the next layer has to do. */
  const outputs = new Map<string, { readonly name: string; readonly pads: readonly number[] }>();
  graph.tensors.push({ name: 'zero', shape: [], data: Float32Array.of(0) });
  graph.tensors.push({ name: 'six', shape: [], data: Float32Array.of(6) });
  for (const layer of model.layers) {
    const { name, config } = layer;
    const inputs = (layer.inbound_nodes[0] ?? []).map(([from]) => outputs.get(from)!);
    const input = inputs[0]?.name ?? '';
    let pads: readonly number[] = NO_PADS;
    let output = name;
    switch (layer.class_name) {
      case 'InputLayer':
        break;
      case 'ZeroPadding2D': {
        const [[top, bottom], [left, right]] = config.padding as [[number, number], [number, number]];
        pads = [top, left, bottom, right];
        output = input;
        break;
      }
      case 'Conv2D':
      case 'DepthwiseConv2D':
        graph.convolution(layer, input, inputs[0]!.pads);
        break;
      case 'BatchNormalization': {
        const parts = ['gamma', 'beta', 'moving_mean', 'moving_variance'];
        const values = parts.map((part) => graph.weight(`${name}/${part}`));
        const attributes = { epsilon: config.epsilon! };
        graph.nodes.push({ operator: 'BatchNormalization', inputs: [input, ...values], output: name, attributes });
        break;
      }
      case 'ReLU':
        if (config.max_value !== 6) throw new Error(`${name} is not cut at 6`);
        graph.nodes.push({ operator: 'Clip', inputs: [input, 'zero', 'six'], output: name });
        break;
      case 'Add':
        graph.nodes.push({ operator: 'Add', inputs: inputs.map((each) => each.name), output: name });
        break;
      case 'AveragePooling2D':
        // Seven by seven over seven by seven.
        graph.nodes.push({ operator: 'GlobalAveragePool', inputs: [input], output: name });
        break;
      case 'Flatten':
        graph.nodes.push({ operator: 'Flatten', inputs: [input], output: name, attributes: { axis: 1 } });
        break;
      case 'Dropout':
        output = input;
        break;
      case 'Dense':
        graph.dense(layer, input);
        break;
      default:
        throw new Error(`${name}: ${layer.class_name} is not known here`);
    }
    outputs.set(name, { name: output, pads });
  }
  return writeOnnx(
    {
      name: 'nsfwjs-mobilenet-v2',
      input: { name: model.layers[0]!.name, shape: [1, 3, 224, 224] },
      output: { name: model.layers.at(-1)!.name, shape: [1, 5] },
      nodes: graph.nodes,
      tensors: graph.tensors,
    },
    'tidegate models/image-nsfw/convert.ts',
  );
};

if (import.meta.main) {
  const bytes = convert(readNsfwjs(resolve(import.meta.dirname, '../../node_modules/nsfwjs')));
  writeFileSync(join(import.meta.dirname, 'model.onnx'), bytes);
  console.log(`${bytes.length} bytes, sha256 ${createHash('sha256').update(bytes).digest('hex')}`);
}
