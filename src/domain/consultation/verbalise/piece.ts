/** What a reader of written text finds in it, in no language: a tongue (english.ts, hindi.ts) says each piece in its own words. */

/** A number as it was written; digits are kept as text so that nothing is rounded. */
export interface Numeral {
  readonly sign?: 'minus' | 'plus' | 'plus-minus';
  /** Digits before the point; empty where only a fraction was written. */
  readonly whole: string;
  /** Digits after the point. */
  readonly decimals?: string;
  readonly fraction?: readonly [over: number, under: number];
  /** Written with commas the Indian way (1,50,000). */
  readonly indian?: boolean;
}

/** One number, or from one to another. */
export interface Span {
  readonly from: Numeral;
  readonly to?: Numeral;
}

export type UnitName =
  | 'milligram'
  | 'microgram'
  | 'nanogram'
  | 'gram'
  | 'kilogram'
  | 'millilitre'
  | 'litre'
  | 'decilitre'
  | 'microlitre'
  | 'centimetre'
  | 'millimetre'
  | 'metre'
  | 'kilometre'
  | 'foot'
  | 'inch'
  | 'pound'
  | 'ounce'
  | 'mercury'
  | 'beat'
  | 'international-unit'
  | 'milli-international-unit'
  | 'micro-international-unit'
  | 'unit'
  | 'millimole'
  | 'milliequivalent'
  | 'calorie'
  | 'kilocalorie'
  | 'celsius'
  | 'fahrenheit'
  | 'degree'
  | 'percent'
  | 'second'
  | 'minute'
  | 'hour'
  | 'day'
  | 'week'
  | 'month'
  | 'year'
  | 'year-old'
  | 'tablet'
  | 'capsule'
  | 'teaspoon'
  | 'tablespoon'
  | 'puff'
  | 'drop'
  | 'dose'
  | 'time'
  | 'thousand'
  | 'lakh'
  | 'million'
  | 'crore'
  | 'billion';

export interface Unit {
  readonly name: UnitName;
  readonly written: string;
  /** Written as a word of its language (`tablets`, `घंटे`), which that language leaves as it is. */
  readonly word?: 'english' | 'hindi';
  readonly power?: 'square' | 'cubic';
}

/** A number with what it counts: `10-15 mg/kg`, `< 5 days`, `₹1.5 lakh`. */
export interface Amount {
  readonly span: Span;
  readonly unit?: Unit;
  readonly per: readonly { readonly count?: Numeral; readonly unit: Unit }[];
  readonly comparison?: 'below' | 'above' | 'at-least' | 'at-most' | 'about';
}

export type Currency = 'rupee' | 'dollar' | 'pound' | 'euro';

export interface ClockTime {
  readonly hour: number;
  readonly minute: number;
  /** Where in the day: as written with am or pm, by 24 hours, or not said. `words` where words beside it say it already. */
  readonly day: 'am' | 'pm' | '24' | 'unsaid' | 'words';
}

export type AbbreviationName =
  | 'doctor'
  | 'mister'
  | 'missus'
  | 'professor'
  | 'for-example'
  | 'that-is'
  | 'and-so-on'
  | 'about'
  | 'versus'
  | 'number'
  | 'tablet'
  | 'capsule'
  | 'injection'
  | 'syrup'
  | 'once-a-day'
  | 'twice-a-day'
  | 'three-times-a-day'
  | 'four-times-a-day'
  | 'at-bedtime'
  | 'when-needed'
  | 'at-once'
  | 'telephone'
  | 'extension'
  | 'maximum'
  | 'minimum'
  | 'appointment'
  | 'department'
  | 'temperature'
  | 'without'
  | 'haemoglobin-a1c'
  | 'oxygen-saturation'
  | 'carbon-dioxide';

export type SignName =
  | 'plus'
  | 'plus-minus'
  | 'times'
  | 'by'
  | 'to'
  | 'equals'
  | 'and'
  | 'or'
  | 'percent'
  | 'degree'
  | 'at'
  | 'number'
  | 'power';

/** A part of a code such as BK-4821 or COVID-19. */
export interface CodePart {
  readonly how: 'letters' | 'word' | 'number' | 'digits';
  readonly text: string;
}

export type Piece =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'amount'; readonly amount: Amount }
  | { readonly type: 'money'; readonly currency: Currency; readonly span: Span; readonly many?: Unit }
  | { readonly type: 'point-list'; readonly parts: readonly string[] }
  | { readonly type: 'digits'; readonly plus?: boolean; readonly groups: readonly string[] }
  | { readonly type: 'code'; readonly parts: readonly CodePart[] }
  | { readonly type: 'letters'; readonly letters: string; readonly plural: boolean }
  | { readonly type: 'pressure'; readonly over: Span; readonly under: Span; readonly unit?: Unit }
  | { readonly type: 'ratio'; readonly left: string; readonly right: string; readonly how: 'out-of' | 'by' | 'over' | 'to' | 'bare' }
  | { readonly type: 'schedule'; readonly counts: readonly Numeral[] }
  | { readonly type: 'per'; readonly unit: Unit }
  | { readonly type: 'every'; readonly span: Span; readonly unit: 'hour' | 'day' }
  | { readonly type: 'for'; readonly amount: Amount }
  | { readonly type: 'times'; readonly span: Span }
  | { readonly type: 'always-open' }
  | {
      readonly type: 'date';
      readonly day?: number;
      readonly toDay?: number;
      readonly month: number;
      readonly year?: number;
      /** `Nov 20`, not `20 Nov`. */
      readonly monthFirst?: boolean;
      readonly time?: ClockTime;
    }
  | { readonly type: 'year'; readonly year: number }
  | { readonly type: 'decade'; readonly value: number }
  | { readonly type: 'weekdays'; readonly from: number; readonly to?: number }
  | { readonly type: 'time'; readonly from: ClockTime; readonly to?: ClockTime; readonly struck: boolean }
  | { readonly type: 'ordinal'; readonly value: string; readonly ending: string }
  | { readonly type: 'list-number'; readonly value: string }
  | { readonly type: 'address'; readonly text: string }
  | { readonly type: 'abbreviation'; readonly name: AbbreviationName; readonly capital: boolean }
  | { readonly type: 'sign'; readonly name: SignName };

/** The words of a piece; `swallow` characters of the text after it are said by them already. */
export interface Said {
  readonly words: string;
  readonly swallow?: number;
}

/** One language's way of saying pieces. `before` is what was already said, `after` the text that follows as written (both cut short). */
export type Tongue = (piece: Exclude<Piece, { type: 'text' }>, before: string, after: string) => Said;
