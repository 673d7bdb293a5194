package rome

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"

	"tandem/internal/fault"
	"tandem/internal/fold"
)

// Retired is a code that a release once loaded had and the one loaded has not.
// Profiles and answers may name it for ever.
type Retired struct {
	Named
	Kind      string `json:"kind"`
	Version   int    `json:"version"`             // the last one loaded that had it
	Successor *Named `json:"successor,omitempty"` // of the same kind in the loaded release; nil when no evidence is clear
	Why       string `json:"why,omitempty"`       // of the successor: [SameLabel] or [SameAppellations]
}

// Evidence for a successor.
const (
	SameLabel        = "label"        // it alone has the same label
	SameAppellations = "appellations" // most appellations of the métier are now its
)

// Retired returns what is known of a code that the loaded release has not, and
// fault.NotFound when it has it or when none ever had.
func (r *Reference) Retired(ctx context.Context, code string) (x Retired, err error) {
	code = strings.ToUpper(strings.TrimSpace(code))
	err = r.read(ctx, func(tx pgx.Tx) error {
		rel, err := release(ctx, tx)
		if err != nil {
			return err
		}
		all, err := readRetired(ctx, tx, "where r.code = $1", code)
		if err == nil && len(all) == 0 {
			return fault.New(fault.NotFound, "Le code %q n'est pas dans la version %d du ROME, et aucune version chargée ici ne l'a eu.", code, rel.Version)
		}
		if err == nil {
			x = all[0]
		}
		return err
	})
	return x, err
}

func readRetired(ctx context.Context, tx pgx.Tx, where string, args ...any) ([]Retired, error) {
	rows, err := tx.Query(ctx, `select r.code, r.label, r.kind, r.version, r.successor, coalesce(m.label, a.label, i.label, ''), r.why
		from rome_retired r left join rome_metier m on m.code = r.successor
			left join rome_appellation a on a.code = r.successor left join rome_item i on i.code = r.successor `+where, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (x Retired, err error) {
		var successor *string
		var label string
		err = row.Scan(&x.Code, &x.Label, &x.Kind, &x.Version, &successor, &label, &x.Why)
		if successor != nil {
			x.Successor = &Named{*successor, label}
		}
		return x, err
	})
}

// retire makes table rome_retired true of the incoming release d: codes that
// come back leave it, gone enter it, and the successor of every code in it is
// decided again, because a release may retire or rename a successor too. It
// returns gone with their successors.
func retire(ctx context.Context, tx pgx.Tx, d *Data, gone []Retired) ([]Retired, error) {
	all, err := readRetired(ctx, tx, "order by length(r.code), r.code")
	if err != nil {
		return nil, err
	}
	h, err := heirsOf(ctx, tx, d)
	if err != nil {
		return nil, err
	}
	retired := make([]Retired, 0, len(gone)+len(all))
	retired = append(retired, gone...)
	for _, x := range all {
		if _, back := h.named[x.Code]; !back {
			retired = append(retired, x)
		}
	}
	h.decide(retired)
	if _, err := tx.Exec(ctx, "delete from rome_retired"); err != nil {
		return nil, err
	}
	_, err = tx.CopyFrom(ctx, pgx.Identifier{"rome_retired"}, []string{"code", "kind", "label", "version", "successor", "why"},
		pgx.CopyFromSlice(len(retired), func(i int) ([]any, error) {
			x := retired[i]
			var successor *string
			if x.Successor != nil {
				successor = &x.Successor.Code
			}
			return []any{x.Code, x.Kind, x.Label, x.Version, successor, x.Why}, nil
		}))
	return retired[:len(gone)], err
}

// heirs is what the incoming release knows that may stand for a retired code.
type heirs struct {
	named   map[string]Named      // by code
	labels  map[[2]string][]Named // by kind and folded label
	movedTo map[string]string     // métier → métier
}

func heirsOf(ctx context.Context, tx pgx.Tx, d *Data) (h heirs, err error) {
	h = heirs{named: map[string]Named{}, labels: map[[2]string][]Named{}}
	d.labels(func(kind string, n Named) {
		h.named[n.Code] = n
		key := [2]string{kind, fold.String(n.Label)}
		h.labels[key] = append(h.labels[key], n)
	})
	h.movedTo, err = mostMoved(ctx, tx)
	return h, err
}

// decide sets the successor of each: the only code of its kind with its label;
// for a métier, else the one that took most of its appellations. A successor
// that was retired in its turn passes on what it has.
func (h heirs) decide(retired []Retired) {
	was := map[string]string{} // as decided by earlier loads
	at := map[string]*Retired{}
	for i := range retired {
		x := &retired[i]
		at[x.Code] = x
		if x.Successor != nil {
			was[x.Code] = x.Successor.Code
		}
		h.heir(x)
	}
	for i := range retired {
		x := &retired[i]
		// The bound is for a code that once succeeded its own successor.
		for next, steps := at[was[x.Code]], 0; x.Successor == nil && next != nil && steps < 10; next, steps = at[was[next.Code]], steps+1 {
			x.Successor, x.Why = next.Successor, next.Why
		}
	}
}

func (h heirs) heir(x *Retired) {
	before, why := x.Successor, x.Why
	x.Successor, x.Why = nil, ""
	if same := h.labels[[2]string{x.Kind, fold.String(x.Label)}]; len(same) == 1 {
		x.Successor, x.Why = &same[0], SameLabel
		return
	}
	to := h.movedTo[x.Code]
	if to == "" && before != nil && why == SameAppellations {
		to = before.Code
	}
	if n, ok := h.named[to]; ok {
		x.Successor, x.Why = &n, SameAppellations
	}
}
