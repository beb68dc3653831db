import { type AnswerPart, type Answers, wholeAnswer } from '../../../domain/knowledge/answers.ts';
import type { Search } from '../../../domain/knowledge/search.ts';
import { toFailure } from '../../errors.ts';
import { type Door, ok, type Route, route } from '../../route.ts';
import * as schema from '../../schema/knowledge.ts';
import { type ServerEvent, streamEvents } from '../event-stream.ts';
import { presentAnswered, presentFound, presentSources } from '../present-knowledge.ts';

export function knowledgeRoutes({ search, answers }: { search: Search; answers: Answers }): Route[] {
  async function* streamed(first: IteratorResult<AnswerPart>, parts: AsyncIterator<AnswerPart>, door: Door): AsyncGenerator<ServerEvent> {
    try {
      for (let next = first; !next.done; next = await parts.next()) {
        const part = next.value;
        if (part.type === 'sources') yield { event: 'sources', data: { sources: presentSources(part.sources) } };
        else if (part.type === 'delta') yield { event: 'delta', data: { text: part.text } };
        else yield { event: 'done', data: presentAnswered(part.answered) };
      }
    } catch (error) {
      yield { event: 'error', data: toFailure(error, door.requestId, door.language).body };
    } finally {
      await parts.return?.();
    }
  }

  return [
    route({
      method: 'get',
      path: '/api/v1/rag/search',
      summary: "Passages of the hospital's documents and of what the platform shares, best first, and why each came",
      policy: 'documents.read',
      query: schema.searchQuery,
      replies: { 200: schema.searchResult },
      async handle({ caller, query }) {
        const { q, k, ...narrowed } = query;
        const found = await search.search(caller, { words: q, limit: k, ...narrowed });
        return ok({ results: presentFound(found.passages), took_ms: found.tookMs, cache: found.cache });
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/rag/answer',
      summary: 'An answer from the documents, with its sources, or an honest “not in my sources”; with stream: true as it is made',
      policy: 'documents.read',
      body: schema.questionInput,
      limit: 'chat',
      replies: { 200: schema.answered },
      async handle({ caller, body, door }) {
        const { stream, k, ...rest } = body;
        const parts = answers.answer(caller, { ...rest, limit: k, language: rest.language });
        if (stream !== true && !String(door.request.headers.accept ?? '').includes('text/event-stream'))
          return ok(presentAnswered(await wholeAnswer(parts)));
        // The first part is waited for: who may not ask is told so by the status.
        const reader = parts[Symbol.asyncIterator]();
        return streamEvents(door, streamed(await reader.next(), reader, door));
      },
    }),
  ];
}
