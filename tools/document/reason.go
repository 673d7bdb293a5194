package document

import (
	"fmt"

	"tandem/internal/fault"
)

// Reason is why a document was refused. It is in the chain of the error that
// [Reader.Read] returns: errors.Is(err, document.Encrypted).
type Reason string

const (
	Empty        Reason = "empty"          // no letter in it
	TooBig       Reason = "too_big"        // more bytes than Options.MaxBytes
	TooManyPages Reason = "too_many_pages" // more pages than Options.MaxPages
	TooLong      Reason = "too_long"       // more text than Options.MaxText
	Bomb         Reason = "bomb"           // expands beyond all proportion
	Encrypted    Reason = "encrypted"      // needs a password
	ImageOnly    Reason = "image_only"     // a PDF of pictures of text
	Garbled      Reason = "garbled"        // a PDF whose fonts hide which letters they draw
	Malformed    Reason = "malformed"      // broken or cut short
	TooComplex   Reason = "too_complex"    // the PDF engine ran out of memory or stack on it, or met a bug of its own
	Unsupported  Reason = "unsupported"    // not a format we read
	Timeout      Reason = "timeout"        // took longer than Options.Timeout
	Busy         Reason = "busy"           // too many documents at once
)

func (r Reason) Error() string { return "document: " + string(r) }

// reasons is what people are told. Sentences with a verb take the arguments of
// refuse.
var reasons = map[Reason]struct {
	code     fault.Code
	sentence string
}{
	Empty:        {fault.Invalid, "Votre fichier ne contient aucun texte. Vérifiez que c'est le bon fichier, ou collez le texte dans la conversation."},
	TooBig:       {fault.TooLarge, "Votre fichier pèse %s ; la limite est de %s. Allégez-le (sans photo, par exemple) ou collez le texte dans la conversation."},
	TooManyPages: {fault.TooLarge, "Votre fichier compte %d pages ; la limite est de %d. Joignez seulement les pages utiles, ou collez le texte dans la conversation."},
	TooLong:      {fault.TooLarge, "Votre fichier contient trop de texte (plus de %d 000 caractères). Joignez seulement les pages utiles."},
	Bomb:         {fault.TooLarge, "Votre fichier se décompresse de façon démesurée ; par sécurité, nous ne l'ouvrons pas. Enregistrez-le à nouveau depuis votre traitement de texte, ou collez le texte dans la conversation."},
	Encrypted:    {fault.Invalid, "Votre fichier est protégé par un mot de passe. Enregistrez une copie sans mot de passe et joignez-la, ou collez le texte dans la conversation."},
	ImageOnly:    {fault.Invalid, "Votre PDF ne contient que des images (un document numérisé ou une photo) : nous ne pouvons pas en lire le texte. Exportez-le en PDF depuis votre traitement de texte, ou collez le texte dans la conversation."},
	Garbled:      {fault.Invalid, "Le texte de votre PDF est codé d'une façon illisible. Exportez-le à nouveau en PDF depuis votre traitement de texte, ou collez le texte dans la conversation."},
	Malformed:    {fault.Invalid, "Votre fichier (%s) est abîmé ou incomplet : nous n'arrivons pas à l'ouvrir. Enregistrez-le à nouveau et joignez-le encore une fois, ou collez le texte dans la conversation."},
	TooComplex:   {fault.Invalid, "Votre PDF est trop complexe pour être lu (dessins ou images en très grand nombre, ou fichier abîmé). Exportez-en une version plus simple, ou collez le texte dans la conversation."},
	Unsupported:  {fault.Invalid, "Votre fichier est %s : nous ne savons pas le lire. Joignez un PDF, un document Word (.docx), OpenDocument (.odt), RTF (.rtf), une page web (.html) ou un texte (.txt), ou collez le texte dans la conversation."},
	Timeout:      {fault.Invalid, "La lecture de votre fichier prend trop de temps ; nous l'avons arrêtée. Enregistrez-le à nouveau depuis votre traitement de texte, ou collez le texte dans la conversation."},
	Busy:         {fault.Unavailable, "Beaucoup de documents sont lus en ce moment. Réessayez dans un instant."},
}

// refuse is the error for reason; detail, which may be nil, is for the log
// and holds nothing of the document's text.
func refuse(reason Reason, detail error, args ...any) *fault.Error {
	r := reasons[reason]
	cause := error(reason)
	if detail != nil {
		cause = fmt.Errorf("%w: %w", reason, detail)
	}
	return fault.Wrap(cause, r.code, r.sentence, args...)
}

// weight writes a number of bytes as people read it.
func weight(n int) string {
	if n < 1<<20 {
		return fmt.Sprintf("%d Ko", max(1, n>>10))
	}
	if n%(1<<20) == 0 || n >= 10<<20 {
		return fmt.Sprintf("%d Mo", n>>20)
	}
	return fmt.Sprintf("%d,%d Mo", n>>20, n%(1<<20)*10>>20)
}
