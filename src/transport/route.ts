import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Caller } from '../domain/access/caller.ts';
import type { Action } from '../domain/access/policies.ts';

type Shape = Record<string, z.ZodType>;
type Infer<S extends Shape | undefined> = S extends Shape ? { [K in keyof S]: z.output<S[K]> } : Record<never, never>;

/** What a handler gets: everything checked, and nothing else. */
export interface Input<P extends Shape | undefined, Q extends Shape | undefined, B extends z.ZodType | undefined> {
  readonly caller: Caller;
  readonly params: Infer<P>;
  readonly query: Infer<Q>;
  readonly body: B extends z.ZodType ? z.output<B> : undefined;
  /** The file of an upload, the first of several; undefined where none came. */
  readonly file: Uint8Array | undefined;
  readonly files: readonly UploadedFile[];
  /** What a form held, where the route takes one: every field as it was sent. */
  readonly form: URLSearchParams;
  readonly door: Door;
}

export interface UploadedFile {
  /** As it was sent: it may be anything. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The caller's side of a request, for the few routes that need more than its contents. */
export interface Door {
  readonly requestId: string;
  readonly address: string;
  readonly language: string;
  readonly signal: AbortSignal;
  /** Is the sign-in still good that this request came with? For answers that go on for long. */
  readonly isWelcome: () => Promise<boolean>;
  readonly request: Request;
  readonly response: Response;
}

/** What a handler gives back. `undefined` means that it has written the answer itself (a stream). */
export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * One address of the HTTP door, as data: the router mounts it, the description is generated from it, and the access matrix
 * walks it. `policy` names what the room will ask; `public` needs no sign-in.
 */
export interface Route {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** With `:name` places. */
  readonly path: string;
  readonly summary: string;
  readonly policy: Action | 'public' | 'trusted-address';
  readonly params?: Shape | undefined;
  readonly query?: Shape | undefined;
  readonly body?: z.ZodType | undefined;
  /** Honours Idempotency-Key. */
  readonly once?: boolean | undefined;
  /** Takes multipart/form-data: files under this name (one, unless more are allowed), beside the fields of `body`. */
  readonly upload?: { readonly file: string; readonly maxBytes: number; readonly maxFiles?: number } | undefined;
  /** Takes application/x-www-form-urlencoded, as exchanges send it: the handler reads it whole, because its signature covers all of it. */
  readonly form?: boolean | undefined;
  /** Counted by a limit of its own, beside that of all requests. */
  readonly limit?: 'chat' | undefined;
  /** Status -> schema of the body; null for none. */
  readonly replies: Readonly<Record<number, z.ZodType | null>>;
  readonly contentType?: string | undefined;
  handle(input: Input<Shape, Shape, z.ZodType>): Promise<Reply | undefined>;
}

/** Declares a route; its handler's input follows from its schemas. */
export function route<
  const P extends Shape | undefined = undefined,
  const Q extends Shape | undefined = undefined,
  const B extends z.ZodType | undefined = undefined,
>(
  declared: Omit<Route, 'params' | 'query' | 'body' | 'handle'> & {
    readonly params?: P;
    readonly query?: Q;
    readonly body?: B;
    handle(input: Input<P, Q, B>): Promise<Reply | undefined>;
  },
): Route {
  return declared as unknown as Route;
}

export const ok = (body: unknown): Reply => ({ status: 200, body });
export const created = (body: unknown): Reply => ({ status: 201, body });
export const accepted = (body: unknown): Reply => ({ status: 202, body });
export const done: Reply = { status: 204 };
