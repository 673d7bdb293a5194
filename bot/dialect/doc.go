// Package dialect is a language model behind an OpenAI-compatible endpoint:
// OpenAI, Mistral, Albert (OpenGateLLM), vLLM, Ollama's /v1, the llama.cpp
// server. It is llms/openai with what the one sends and the other misreads
// repaired, and with failures that say what they are.
//
// A [Model] promises that
//
//   - a nil error means a whole answer: a stream that was cut, that carried an
//     error, or that could not be read is an [*Error], never a short answer, and
//     a context that ended is its cause;
//   - the streaming function is given the person's text and nothing else: no
//     reasoning, no tool calls, no empty piece;
//   - calls come whole, each with a name, an id and "type":"function", however
//     they were cut, interleaved or numbered;
//   - a request is repeated only when that can help, after a wait with jitter or
//     the one the endpoint asks for, and never once text was shown;
//   - an endpoint that keeps failing is left alone for a while (a circuit
//     breaker), so that people are not made to wait for it;
//   - what comes back is bounded: silence, line, stream, calls.
//
// Every fault was observed somewhere. Each is a transcript in testdata, which
// begins with a sentence that says what it captures, and is played over a real
// HTTP server to the real llms/openai. To teach the package another: record it
// there, see the test fail, repair it in request.go (what we send) or stream.go
// (what comes back).
package dialect
