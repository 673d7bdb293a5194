package tools

import (
	"context"
	"errors"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/tools/document"
)

// Documents keeps the text of what people join, never the file: only while it
// is needed, and only for them.
type Documents struct {
	DB     *postgres.DB
	Reader *document.Reader
}

// Stored is a document as its owner sees it.
type Stored struct {
	ID    string          `json:"id"`
	Name  string          `json:"name"`
	Kind  string          `json:"kind"`
	Text  string          `json:"text"`
	Pages []document.Page `json:"pages"`
	Chars int             `json:"chars"`
}

// Named is a document without its text.
type Named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// List names the visitor's documents, newest first, a few at most.
func (d *Documents) List(ctx context.Context, v postgres.Visitor) (list []Named, err error) {
	err = d.DB.As(ctx, v, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, "select id, name from documents order by at desc limit 20")
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Named])
		return err
	})
	return append([]Named{}, list...), err
}

// Add reads a file and keeps its text.
func (d *Documents) Add(ctx context.Context, v postgres.Visitor, name string, data []byte) (Stored, error) {
	doc, err := d.Reader.Read(ctx, name, data)
	if err != nil {
		return Stored{}, err
	}
	return d.keep(ctx, v, doc)
}

// AddText keeps pasted text as a document, so that evidence can point into it.
func (d *Documents) AddText(ctx context.Context, v postgres.Visitor, text string) (Stored, error) {
	return d.keep(ctx, v, document.Document{Name: "texte collé", Kind: "txt", Text: text, Pages: []document.Page{{Start: 0, End: len(text)}}})
}

func (d *Documents) keep(ctx context.Context, v postgres.Visitor, doc document.Document) (Stored, error) {
	clean := func(s string) string { return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", " "), "\uFFFD") }
	s := Stored{ID: uuid.NewString(), Name: clean(doc.Name), Kind: doc.Kind, Text: clean(doc.Text), Pages: doc.Pages}
	s.Chars = len([]rune(s.Text))
	err := d.DB.As(ctx, v, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `insert into documents (id, visitor, name, kind, text, pages) values ($1, $2, $3, $4, $5, $6)`,
			s.ID, v.ID, s.Name, s.Kind, s.Text, s.Pages)
		return err
	})
	return s, err
}

// Get returns a document of the visitor; NotFound when there is none such.
func (d *Documents) Get(ctx context.Context, v postgres.Visitor, id string) (Stored, error) {
	var s Stored
	err := d.DB.As(ctx, v, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, "select id, name, kind, text, pages, char_length(text) from documents where id = $1", id).
			Scan(&s.ID, &s.Name, &s.Kind, &s.Text, &s.Pages, &s.Chars)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return s, fault.New(fault.NotFound, "Ce document n'existe plus : les fichiers sont effacés après usage. Joignez-le de nouveau.")
	}
	return s, err
}
