// Package tools is what the agent can do: each tool is one typed function that
// turns an input into what an engine found, with its sources.
//
// A tool promises: it works as the visitor who asked and sees nothing else; the
// model's mistakes come back as a [Mistake] that it can read; an error is a
// failure of ours; what it claims is in its [Result], with evidence. Verdicts,
// skills and probabilities come from the engines below (skills, document,
// legality, delay, offers), which know nothing of models or the chat.
//
// To add a tool: one file with an input struct (json and jsonschema tags are
// what the model reads) and a function, and one line in [All].
package tools
