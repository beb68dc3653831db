import type { Purpose } from './call.ts';

/**
 * A native engine behind a wall: it runs in a child process of its own, so that its crash costs one call and not the clinic.
 *
 * A maker's folder has two sides. `worker.ts` runs inside and exports `openEngine(init)` (OpenEngine, below). Outside, a function gives
 * the EngineSpec (`module: siblingModule(import.meta.url, 'worker')`, and what the worker needs as `init`), and adapters take the
 * EngineProcess that the composition root made of it with `startEngineProcess(spec, { log, clock, environment })` (host/process.ts):
 *
 *   const { vectors } = await engine.request<{ vectors: Float32Array[] }>('embed', { texts }, { signal });
 *   for await (const part of engine.stream<Part>('listen', { terms }, frames, { signal })) …
 *
 * Parameters, parts and answers are plain data; typed arrays in them travel as bytes. Both directions of a stream are bounded: a slow reader slows the engine, a busy engine
 * slows the sender, and input that waits is sent in batches.
 *
 * Promises: an aborted call rejects at once with `cancelled`. When the process dies, each call in flight rejects at once with
 * `unavailable` (reason ENGINE_UNAVAILABLE, context purpose, fix, cause) and the process starts again; a hang is found and ended within
 * ten seconds if the process stands still, or when a call has used its allowance. After several deaths the circuit opens and callers are
 * refused at once until a trial succeeds. Errors thrown by the worker arrive as they are when they are AppErrors, else as `internal`.
 */
export interface EngineProcess {
  readonly id: string;
  readonly purpose: Purpose;
  request<Answer>(method: string, params: unknown, options: CallOptions): Promise<Answer>;
  stream<Part>(method: string, params: unknown, input: AsyncIterable<unknown> | undefined, options: CallOptions): AsyncIterable<Part>;
  /** Loads the engine if it is not loaded, and says what its worker tells of itself. */
  warm<Info>(signal: AbortSignal): Promise<Info>;
  /** Ends the process, so that its memory returns; the next call starts it again. False when it is busy. */
  unload(): Promise<boolean>;
  /** Ends the process for good. */
  close(): Promise<void>;
  state(): EngineState;
}

export interface CallOptions {
  readonly signal: AbortSignal;
  /** How long the engine may work on this call without a sign of life. After that it counts as hung and is replaced. */
  readonly allowanceMs?: number;
}

export interface EngineState {
  readonly state: 'ready' | 'loading' | 'failed' | 'absent';
  /** One sentence for a person. */
  readonly detail: string;
  readonly pid?: number;
  readonly residentBytes?: number;
  readonly deaths: number;
}

export interface EngineSpec {
  readonly id: string;
  readonly purpose: Purpose;
  readonly module: URL;
  readonly init: unknown;
  /** The command that repairs it, told to callers when it cannot serve. */
  readonly fix?: string;
  readonly limits?: EngineLimits;
  /** Starts at the first call instead of at once. */
  readonly lazy?: boolean;
}

export interface EngineLimits {
  /** 0 is the service's own priority, 19 the lowest. */
  readonly niceness?: number;
  readonly heapMegabytes?: number;
  /** Above this the process is ended; looked at twice a second. */
  readonly residentBytes?: number;
  /** A hard ceiling on address space (`ulimit -v`), of which Node itself reserves some 3 GB before the engine has loaded anything. */
  readonly virtualBytes?: number;
}

/**
 * What a worker module exports. The host's child process imports the module, calls `openEngine(init)` once, says `ready`, and then
 * hands each request to the handler of its name. The module itself does nothing when it is imported.
 *
 *   // src/engines/<maker>/worker.ts
 *   export const openEngine: OpenEngine<{ modelPath: string }> = async ({ modelPath }) => {
 *     const model = await load(modelPath);                       // throw AppError('unavailable', …) when files are missing
 *     return {
 *       info: { dimensions: model.dimensions },                  // what the parent may ask with engine.warm()
 *       handlers: {
 *         embed: async ({ texts }: { texts: string[] }, { signal }) => model.embed(texts),                 // one answer
 *         async *generate(params: GenerateParams, { signal }) { for await (const t of model.run(params, signal)) yield t; },
 *         async *listen(params: ListenParams, { signal, input }) { for await (const frame of input) yield hear(frame); },
 *       },
 *     };
 *   };
 */
export type OpenEngine<Init> = (init: Init) => Promise<EngineWorker>;

export interface EngineWorker {
  /** Plain data about the loaded engine: voices, dimensions, context size. */
  readonly info?: unknown;
  readonly handlers: Readonly<Record<string, EngineHandler>>;
  /** Frees native objects before an orderly exit. It may take two seconds. */
  close?(): Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: the adapter beside the worker knows the shape of its own parameters
export type EngineHandler = (params: any, context: HandlerContext) => Promise<unknown> | AsyncIterable<unknown>;

export interface HandlerContext {
  /** Aborted when the caller has left, is cancelled, or has gone with its process. */
  readonly signal: AbortSignal;
  /** What the caller streams in; empty when it streams nothing. */
  readonly input: AsyncIterable<unknown>;
}
