import { useCallback, useReducer } from 'react';
import type { ServerMessage } from '../../../shared/protocol.ts';
import type { TaskStatus, TaskView } from '../../../shared/task.ts';

type LoggedMessage = Extract<ServerMessage, { type: 'snapshot' | 'event' }>;
/** `created` is the answer to our own call, which may come before or after the event about it. */
export type TaskMessage = LoggedMessage | { type: 'created'; task: TaskView };

export interface TaskStatusState {
  /** False until the first snapshot: "no tasks yet" must not be said too soon. */
  loaded: boolean;
  /** Newest first. */
  tasks: TaskView[];
}

export const noTasksYet: TaskStatusState = { loaded: false, tasks: [] };

/** Tasks live from the control socket's log, never polled. */
export function nextTaskStatus(state: TaskStatusState, message: TaskMessage): TaskStatusState {
  switch (message.type) {
    case 'snapshot':
      return { loaded: true, tasks: message.tasks.toSorted(newestFirst) };
    case 'created': {
      const known = state.tasks.some((task) => task.id === message.task.id);
      return known ? state : { ...state, tasks: [message.task, ...state.tasks].sort(newestFirst) };
    }
    case 'event': {
      if (message.event.type !== 'task.changed') return state;
      const changed = message.event.data;
      const others = state.tasks.filter((task) => task.id !== changed.id);
      return { ...state, tasks: [changed, ...others].sort(newestFirst) };
    }
  }
}

export function isOver(status: TaskStatus): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'cancelled';
}

export interface RealtimeTaskStatus extends TaskStatusState {
  receive(message: TaskMessage): void;
}

export function useRealtimeTaskStatus(): RealtimeTaskStatus {
  const [state, dispatch] = useReducer(nextTaskStatus, noTasksYet);
  const receive = useCallback((message: TaskMessage) => dispatch(message), []);
  return { ...state, receive };
}

function newestFirst(a: TaskView, b: TaskView): number {
  return Date.parse(b.createdAt) - Date.parse(a.createdAt) || b.id.localeCompare(a.id);
}
