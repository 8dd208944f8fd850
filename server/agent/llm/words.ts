/** What the loop itself says to a model. */
export const NO_CALL =
  'That was no tool call. Go on with a tool, or call done with what you have found, or with success false and the reason.';
export const ANSWER_TOO_LONG =
  'Your answer was cut off because it was too long. Call one tool, in few words.';
export const GOING_IN_CIRCLES =
  'You have done this several times on the same page and nothing has changed. Try another way, ask the person with request_human, or call done with success false.';
export const LAST_ANSWER =
  'You have used all of your steps. Call done now, with what you have found; success only if the task is achieved.';
export const HUMAN_ACTED =
  'A person took control of the browser and has given it back. They may have changed the page: look at it before you go on.';
export const NOT_DONE = 'Not done: a person took control of the browser before it could be done.';
export const NOT_RUN = 'Not done: what came before it did not go as planned.';
export const CUT_BY_RESTART =
  'It is not known whether this was done: the server restarted meanwhile. Look at the page before you go on.';
export const NOT_RUN_BY_RESTART = 'Not done: the server restarted before it could be done.';
export const LOOK_FIRST = 'Not done: look at what came of the calls before it, then call done.';
