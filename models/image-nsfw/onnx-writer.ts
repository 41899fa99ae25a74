/**
 * Writes the part of ONNX that a small network needs, as protocol buffers (field numbers from onnx.proto3 of ONNX 1.19, IR version 8).
 * The same graph always gives the same bytes.
 */

const VARINT = 0;
const LENGTH = 2;

/** One field of a message: `[number, value]`. Numbers become varints, texts and bytes are length-delimited. */
type Field = readonly [number: number, value: number | bigint | string | Uint8Array];

const varint = (value: bigint): number[] => {
  const bytes: number[] = [];
  // Negative integers are ten bytes, as protocol buffers write them.
  let rest = BigInt.asUintN(64, value);
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return bytes;
};

const message = (fields: readonly Field[]): Uint8Array => {
  const chunks: Uint8Array[] = [];
  for (const [number, value] of fields) {
    const wire = typeof value === 'number' || typeof value === 'bigint' ? VARINT : LENGTH;
    chunks.push(Uint8Array.from(varint(BigInt((number << 3) | wire))));
    if (typeof value === 'number' || typeof value === 'bigint') {
      chunks.push(Uint8Array.from(varint(BigInt(value))));
    } else {
      const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
      chunks.push(Uint8Array.from(varint(BigInt(bytes.length))), bytes);
    }
  }
  return Buffer.concat(chunks);
};

/** `float` attributes are fixed 32-bit fields, which `message` does not write. */
const floatField = (number: number, value: number): Uint8Array => {
  const bytes = Buffer.alloc(5);
  bytes.writeUInt8((number << 3) | 5);
  bytes.writeFloatLE(value, 1);
  return bytes;
};

const FLOAT = 1;
const UINT8 = 2;

export const castToFloat = { to: FLOAT } as const;

/** Values in row-major order. */
export interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Uint8Array | Float32Array;
}

export interface Node {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly output: string;
  /** Integers, and lists of integers; `epsilon` alone is written as a float. */
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
}

export interface Graph {
  readonly name: string;
  readonly input: { readonly name: string; readonly shape: readonly (number | string)[] };
  readonly output: { readonly name: string; readonly shape: readonly (number | string)[] };
  readonly nodes: readonly Node[];
  readonly tensors: readonly Tensor[];
}

const attribute = (name: string, value: number | readonly number[]): Uint8Array => {
  if (typeof value !== 'number') {
    return message([[1, name], ...value.map((entry): Field => [8, entry]), [20, 7]]);
  }
  if (name === 'epsilon') return Buffer.concat([message([[1, name]]), floatField(2, value), message([[20, 1]])]);
  return message([
    [1, name],
    [3, value],
    [20, 2],
  ]);
};

const node = ({ operator, inputs, output, attributes = {} }: Node): Uint8Array =>
  message([
    ...inputs.map((input): Field => [1, input]),
    [2, output],
    [3, output],
    [4, operator],
    ...Object.entries(attributes).map(([name, value]): Field => [5, attribute(name, value)]),
  ]);

const tensor = ({ name, shape, data }: Tensor): Uint8Array =>
  message([
    ...shape.map((size): Field => [1, size]),
    [2, data instanceof Uint8Array ? UINT8 : FLOAT],
    [8, name],
    [9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)],
  ]);

const valueInfo = ({ name, shape }: Graph['input']): Uint8Array => {
  const dimensions = shape.map((size): Field => [1, message([typeof size === 'number' ? [1, size] : [2, size]])]);
  const tensorType = message([
    [1, FLOAT],
    [2, message(dimensions)],
  ]);
  return message([
    [1, name],
    [2, message([[1, tensorType]])],
  ]);
};

/** The whole file. Tensors are little-endian, as this is written on little-endian machines. */
export const writeOnnx = (graph: Graph, producer: string): Uint8Array =>
  message([
    [1, 8],
    [2, producer],
    [
      7,
      message([
        ...graph.nodes.map((entry): Field => [1, node(entry)]),
        [2, graph.name],
        ...graph.tensors.map((entry): Field => [5, tensor(entry)]),
        [11, valueInfo(graph.input)],
        [12, valueInfo(graph.output)],
      ]),
    ],
    [8, message([[2, 13]])],
  ]);
