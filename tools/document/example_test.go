package document_test

import (
	"context"
	"errors"
	"fmt"
	"os"

	"tandem/internal/fault"
	"tandem/tools/document"
)

func Example() {
	ctx := context.Background()
	reader, err := document.NewReader(ctx, document.Options{})
	if err != nil {
		panic(err)
	}
	defer reader.Close()

	data, err := os.ReadFile("../../testdata/cv/simple.docx")
	if err != nil {
		panic(err)
	}
	doc, err := reader.Read(ctx, "cv.docx", data)
	if err != nil {
		panic(err)
	}
	fmt.Println(doc.Kind, len(doc.Pages))
	fmt.Println(doc.Text[:doc.Pages[0].End][:48])

	_, err = reader.Read(ctx, "photo.jpg", []byte("\xff\xd8\xff\xe0\x00\x10JFIF"))
	fmt.Println(errors.Is(err, document.Unsupported))
	fmt.Println(fault.Message(err))
	// Output:
	// docx 1
	// Idriss Morvan
	// Préparateur de commandes, cariste
	// true
	// Votre fichier est une image (photo ou capture d'écran) : nous ne savons pas le lire. Joignez un PDF, un document Word (.docx), OpenDocument (.odt), RTF (.rtf), une page web (.html) ou un texte (.txt), ou collez le texte dans la conversation.
}
