import type { PlaybookStep } from '../../../shared/flow.ts';
import type { Deed } from './loop-watch.ts';

/** One use of a tool that a model asked for, as it came: nothing in it has been checked. */
export interface ModelCall {
  id: string;
  tool: string;
  input: unknown;
  /** What the provider wants to see again with the call, as it gave it. */
  providerMetadata?: Record<string, unknown>;
}

/** The page that an answer was given to, without its text. */
export interface SeenPage {
  address: string;
  /** By `pageState`. */
  state: string;
}

/** What was said and done, in order: the rows from which a model's messages are made anew. [AGT-6] */
export type TranscriptEntry =
  | { type: 'answer'; text: string; calls: ModelCall[]; seen: SeenPage }
  /** What came of a call, for the model; `step` is what was done, as a playbook can keep it. [AGT-2] */
  | { type: 'result'; callId: string; tool: string; text: string; step?: PlaybookStep }
  /** Said to the model by us. */
  | { type: 'note'; text: string };

export type Answer = Extract<TranscriptEntry, { type: 'answer' }>;

const isAnswer = (entry: TranscriptEntry): entry is Answer => entry.type === 'answer';

/** Calls of the newest answer that have no result yet: what a server that died has left. [AGT-6] */
export function openCalls(entries: readonly TranscriptEntry[]): ModelCall[] {
  const newest = entries.findLastIndex(isAnswer);
  if (newest < 0) return [];
  const results = entries.slice(newest).filter((entry) => entry.type === 'result').length;
  // Calls are made one after the other, so the results are those of the first ones.
  return (entries[newest] as Answer).calls.slice(results);
}

/** How many answers in a row, up to the newest, `test` holds for. */
export function streak(entries: readonly TranscriptEntry[], test: (answer: Answer) => boolean): number {
  const answers = entries.filter(isAnswer);
  const broken = answers.findLastIndex((answer) => !test(answer));
  return answers.length - 1 - broken;
}

/** Each answer that asked for something is one deed. */
export function deedsOf(entries: readonly TranscriptEntry[]): Deed[] {
  return entries.filter(isAnswer).flatMap((answer) => (answer.calls.length > 0 ? [deedOf(answer)] : []));
}

export function deedOf({ calls, seen }: Pick<Answer, 'calls' | 'seen'>): Deed {
  return { action: JSON.stringify(calls.map(({ tool, input }) => [tool, input])), page: seen.state };
}

/** The steps that were done, in order, as a playbook can keep them. */
export function doneSteps(entries: readonly TranscriptEntry[]): PlaybookStep[] {
  return entries.flatMap((entry) => (entry.type === 'result' && entry.step ? [entry.step] : []));
}
