// Package handoff is the way from the assistant to a person: who asked to speak
// with a counsellor, what they agreed to pass on, and when somebody is there.
//
// A request belongs to a conversation. Its visitor asks ([Store.Ask]) and may
// take it back ([Store.Withdraw]); any counsellor sees those that wait
// ([Store.Waiting]), one of them takes each, speaks, and ends it. Row-level
// security holds the limits: without consent a counsellor reads neither the
// reason, nor the summary, nor what was said before they came; a request that
// is taken is nobody else's to see.
//
// [Store.Take], [Store.Say] and [Store.End] do not write by themselves: they are
// how events of the conversation are numbered when a counsellor is their author
// (bot.Agent.Desk), so that a state and the event that tells it are one fact.
//
// [Store.Changed] wakes those who watch the queue of this process. Another
// node's changes are seen when they look again.
package handoff
