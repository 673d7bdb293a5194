// Package bot is the agent: it turns one message of a person into a run, and a
// run into numbered events.
//
// [Agent.Start] opens a run with a life of its own: it survives the socket that
// asked for it, and ends with exactly one terminal event (RUN_FINISHED or
// RUN_ERROR) whatever happens to the model, the tools, the person or Postgres.
// The loop is hand-written on langchaingo's llms.Model: model → calls → tools →
// model, until an answer, [MaxSteps], or the same calls repeated; then the model
// is asked once more, to answer with what it has. Models are asked in the order
// of [Config]: one that fails is replaced by the next, and the person is told.
//
// A model phrases, the tools know. What it writes is checked while it is
// streamed: references that no tool of the run gave are marked, and a text that
// contradicts a verdict is said to (guard.go, facts.go). What was shown is what
// is kept, and what is kept is always valid to send again (history.go).
//
// Events are AG-UI events. They get the next number of their conversation, are
// written to Postgres, and only then delivered to whoever watches
// ([Agent.Watch], [Agent.WatchRun]). Text deltas that arrive while a write is
// under way are joined into one event, so that the log stays short without any
// timer. Delivery is at least once per watcher and in order; numbers make it
// exactly once. An event with number 0 is not in the log: it only happens when
// the database is away, to tell those who watch that the run has ended.
//
// To add an ability to the agent, add a tool (package tools); to change how it
// speaks, edit prompt.md and raise its version.
package bot
