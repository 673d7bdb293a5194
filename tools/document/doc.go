// Package document turns the files people join, mostly CVs, into text: PDF,
// DOCX, ODT, RTF, HTML and plain text, told apart by their content and not by their name.
//
// It promises:
//
//   - Text in reading order, UTF-8, NFC, "\n" line ends: columns one after the
//     other, the cells of a table row on one line separated by tabs, one item
//     of a list a line, words cut at line ends whole again, ligatures spelt
//     out. [Document.Pages] covers every byte of it.
//   - Bounds on everything ([Options]): bytes, pages, expansion, depth, text,
//     time, memory and documents at once. A hostile file costs its sender an
//     error; no other document notices.
//   - A refusal is a *fault.Error whose French sentence says what to do, and
//     which errors.Is finds to be one [Reason].
//   - Nothing of a document is written to disk or kept after Read returns.
//
// PDFs are read by pdfium compiled to WebAssembly (engine.go), each in an
// instance of its own with memory of its own (memory.go): it gives glyphs with
// their boxes (pdf.go). Order is
// ours: glyphs → words (words.go) → columns (columns.go) → lines and
// paragraphs (lines.go). DOCX and ODT stream their XML, RTF its groups
// and HTML its tags, through one writer of paragraphs, tables and text boxes
// (flow.go).
//
// What it does not do: read images (no OCR), keep fonts or positions, execute
// anything a file contains, follow links, judge the text.
//
// To add a format: recognise it in sniff.go, write one function
// (ctx, data) → pages of text, and name it in Reader.pages. To add a reason
// for refusal: one constant and one line in the table of reason.go.
package document
