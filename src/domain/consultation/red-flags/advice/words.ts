import type { RedFlagCode } from '../rules.ts';

/**
 * First aid for a layman in one language: what everybody agrees on, no medicine that is not already in the house, no dose. The sentence with
 * the number comes first, unless the advice of a code has it in its own words.
 */
export interface AdviceWords {
  /** Places: {general}. */
  readonly emergency: string;
  /** Where the ambulance has a number of its own. Places: {general} {ambulance}. */
  readonly emergencyWithAmbulance: string;
  /** Places: {general}. */
  readonly urgent: string;
  /** Added where the hospital names the number. Places: {poison}. */
  readonly poison: string;
  /** Added where the hospital names the number. Places: {mentalHealth}. */
  readonly mentalHealth: string;
  readonly codes: Readonly<Record<RedFlagCode, string>>;
}
