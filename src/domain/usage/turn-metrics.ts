import type { EngineUse } from './usage-ledger.ts';

/** Where the time of a turn went; null for a part that did not run. Milliseconds and tokens. */
export interface TurnMetrics {
  readonly sttMs: number | null;
  readonly retrievalMs: number | null;
  readonly llmFirstTokenMs: number | null;
  readonly llmMs: number | null;
  readonly ttsFirstAudioMs: number | null;
  readonly ttsMs: number | null;
  readonly totalMs: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly tokensPerSecond: number | null;
  readonly engine: { readonly stt: string | null; readonly llm: string | null; readonly tts: string | null };
}

/** Pure: where the time of a turn went, from what its engines told. */
export function metricsOf(uses: readonly EngineUse[], totalMs: number): TurnMetrics {
  const of = (...purposes: string[]) => uses.filter((use) => purposes.includes(use.purpose));
  const spent = (some: readonly EngineUse[]) => (some.length === 0 ? null : Math.round(some.reduce((sum, use) => sum + use.ms, 0)));
  const first = (some: readonly EngineUse[]) => (some[0]?.firstMs === undefined ? null : Math.round(some[0].firstMs));
  const unit = (name: string) => uses.reduce((sum, use) => sum + (use.units[name] ?? 0), 0);
  const heard = of('speech-to-text', 'live-speech-to-text');
  const thought = of('language-model');
  const spoken = of('text-to-speech');
  const outputTokens = unit('outputTokens');
  const llmMs = spent(thought);
  return {
    sttMs: spent(heard),
    retrievalMs: spent(of('embedder', 'reranker')),
    llmFirstTokenMs: first(thought),
    llmMs,
    ttsFirstAudioMs: first(spoken),
    ttsMs: spent(spoken),
    totalMs: Math.round(totalMs),
    inputTokens: unit('inputTokens'),
    outputTokens,
    tokensPerSecond: llmMs && outputTokens > 0 ? Math.round((outputTokens / llmMs) * 10_000) / 10 : null,
    engine: { stt: heard.at(-1)?.model ?? null, llm: thought.at(-1)?.model ?? null, tts: spoken.at(-1)?.model ?? null },
  };
}
