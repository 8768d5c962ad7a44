package table

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"acs-aec.org/hub/internal/filetype"
	"acs-aec.org/hub/internal/i18n"
)

// Limits of a table that is read.
const (
	MaxColumns  = 200
	MaxCell     = 32_767    // bytes
	MaxUnpacked = 512 << 20 // bytes of an unpacked spreadsheet
	sniffed     = 4096      // bytes by which a file is recognised
)

// Refusal is why a table can't be read from here on.
type Refusal struct {
	i18n.Message
	Args []any
	// Line counts from 1.
	Line int
}

// Error is the sentence in English.
func (r *Refusal) Error() string { return r.In(i18n.EN) }

// In is the sentence in a language.
func (r *Refusal) In(l i18n.Lang) string { return r.Message.In(l, append([]any(nil), r.Args...)...) }

func refuse(line int, m i18n.Message, args ...any) *Refusal { return &Refusal{m, args, line} }

var (
	msgEncoding = i18n.Message{
		EN: "The file is not text in UTF-8. Save it as “CSV UTF-8” or as XLSX.",
		ES: "El archivo no es texto en UTF-8. Guárdelo como «CSV UTF-8» o como XLSX.",
		FR: "Le fichier n'est pas du texte en UTF-8. Enregistrez-le comme « CSV UTF-8 » ou comme XLSX.",
	}
	msgQuotes = i18n.Message{
		EN: "From here on the file is no CSV: a quotation mark is not closed, or stands where none may.",
		ES: "Desde aquí el archivo no es CSV: unas comillas no se cierran o están donde no deben.",
		FR: "À partir d'ici, le fichier n'est plus du CSV : un guillemet n'est pas fermé, ou mal placé.",
	}
	msgNoRows = i18n.Message{
		EN: "The file has no row with the names of the columns.", ES: "El archivo no tiene una fila con los nombres de las columnas.",
		FR: "Le fichier n'a pas de ligne avec les noms des colonnes.",
	}
	msgWide = i18n.Message{
		EN: "The table has more than %d columns.", ES: "La tabla tiene más de %d columnas.", FR: "Le tableau a plus de %d colonnes.",
	}
	msgLong = i18n.Message{
		EN: "A cell has more than %d characters.", ES: "Una celda tiene más de %d caracteres.", FR: "Une cellule a plus de %d caractères.",
	}
	msgSheet = i18n.Message{
		EN: "The file is no spreadsheet that can be read: it is damaged, protected by a password, or too large when unpacked.",
		ES: "El archivo no es una hoja de cálculo legible: está dañado, protegido con contraseña o es demasiado grande al descomprimirse.",
		FR: "Le fichier n'est pas une feuille de calcul lisible : il est endommagé, protégé par un mot de passe ou trop grand une fois décompressé.",
	}
)

// others say what a file is that is no table, and what to do.
var others = map[filetype.Form]i18n.Message{
	filetype.FormPacked: {
		EN: "The file is packed. Unpack it, and send the table that is in it.", ES: "El archivo está comprimido. Descomprímalo y envíe la tabla que contiene.",
		FR: "Le fichier est compressé. Décompressez-le et envoyez le tableau qu'il contient.",
	},
	filetype.FormOffice: {
		EN: "The file is no XLSX but another document of an office program, or protected by a password. Save it as XLSX or as “CSV UTF-8”.",
		ES: "El archivo no es XLSX sino otro documento de ofimática, o está protegido con contraseña. Guárdelo como XLSX o como «CSV UTF-8».",
		FR: "Le fichier n'est pas un XLSX mais un autre document bureautique, ou il est protégé par un mot de passe. Enregistrez-le comme XLSX ou « CSV UTF-8 ».",
	},
	filetype.FormPDF: {
		EN: "The file is a PDF. Tables come as XLSX or as “CSV UTF-8”.", ES: "El archivo es un PDF. Las tablas llegan como XLSX o como «CSV UTF-8».",
		FR: "Le fichier est un PDF. Les tableaux viennent en XLSX ou en « CSV UTF-8 ».",
	},
	filetype.FormHTML: {
		EN: "The file is a web page (HTML), no table. Open its address in a browser, and save the table as XLSX or CSV.",
		ES: "El archivo es una página web (HTML), no una tabla. Abra su dirección en un navegador y guarde la tabla como XLSX o CSV.",
		FR: "Le fichier est une page web (HTML), non un tableau. Ouvrez son adresse dans un navigateur et enregistrez le tableau en XLSX ou CSV.",
	},
	filetype.FormJSON: {
		EN: "The file is JSON, no table. Save the data as XLSX or as “CSV UTF-8”.", ES: "El archivo es JSON, no una tabla. Guarde los datos como XLSX o como «CSV UTF-8».",
		FR: "Le fichier est du JSON, non un tableau. Enregistrez les données en XLSX ou en « CSV UTF-8 ».",
	},
	filetype.FormXML: {
		EN: "The file is XML, no table. IATI XML comes in by uploadImportFile or “hub import iati”; save other data as XLSX or CSV.",
		ES: "El archivo es XML, no una tabla. El XML de IATI se importa con uploadImportFile o «hub import iati»; guarde otros datos como XLSX o CSV.",
		FR: "Le fichier est du XML, non un tableau. Le XML de l'IITA s'importe par uploadImportFile ou « hub import iati » ; enregistrez les autres données en XLSX ou CSV.",
	},
}

// expect refuses what begins as something else than a table does.
func expect(start []byte) error {
	for _, utf16 := range []string{"\xff\xfe", "\xfe\xff"} {
		if bytes.HasPrefix(start, []byte(utf16)) {
			return refuse(1, msgEncoding)
		}
	}
	form := filetype.FormOf(start)
	if form == filetype.FormJSON && !json.Valid(start) && len(start) < sniffed {
		return nil // a name in brackets is none
	}
	if m, ok := others[form]; ok {
		return refuse(1, m)
	}
	return nil
}

// Row is a row of a table that is read.
type Row struct {
	// Line is that of the file or sheet, from 1.
	Line int
	// Cells has one for each column of the header; missing ones are "".
	Cells []string
}

// Reader reads the rows of a table after its header.
type Reader struct {
	// Header holds the names of the columns, without outer spaces.
	Header []string
	// Spreadsheet says that days are numbers, unless somebody typed them as text.
	Spreadsheet bool
	// Dates1904 says that the spreadsheet counts days from 1904.
	Dates1904 bool

	next  func() ([]string, int, error)
	close func() error
}

// Open begins to read a table: XLSX, of which the first sheet counts, or CSV whose
// cells are separated by comma, semicolon or tabulator. A row of HXL hashtags is
// passed over, as are empty rows. It returns a *Refusal if there is no header, or if the
// file is none of both.
func Open(r io.Reader) (*Reader, error) {
	b := bufio.NewReaderSize(r, sniffed)
	start, err := b.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if err := expect(start); err != nil {
		return nil, err
	}
	t := &Reader{}
	if bytes.HasPrefix(start, []byte("PK\x03\x04")) {
		err = t.spreadsheet(b)
	} else {
		t.separated(b, start)
		err = nil
	}
	if err != nil {
		return nil, err
	}
	for t.Header == nil {
		cells, line, err := t.next()
		if errors.Is(err, io.EOF) {
			err = refuse(1, msgNoRows)
		}
		if err != nil {
			return nil, errors.Join(err, t.Close())
		}
		if blank(cells) {
			continue
		}
		for len(cells) > 0 && cells[len(cells)-1] == "" {
			cells = cells[:len(cells)-1]
		}
		if len(cells) > MaxColumns {
			return nil, errors.Join(refuse(line, msgWide, MaxColumns), t.Close())
		}
		t.Header = cells
	}
	return t, nil
}

// Next reads the next row; io.EOF after the last, a *Refusal where it can't go on.
// Cells beyond the header's that are not empty are given too.
func (t *Reader) Next() (Row, error) {
	for {
		cells, line, err := t.next()
		if err != nil {
			return Row{}, err
		}
		if blank(cells) || hashtagged(cells) {
			continue
		}
		for len(cells) < len(t.Header) {
			cells = append(cells, "")
		}
		for len(cells) > len(t.Header) && cells[len(cells)-1] == "" {
			cells = cells[:len(cells)-1]
		}
		return Row{line, cells}, nil
	}
}

// Close ends the reading.
func (t *Reader) Close() error {
	if t.close == nil {
		return nil
	}
	return t.close()
}

func blank(cells []string) bool {
	for _, c := range cells {
		if c != "" {
			return false
		}
	}
	return true
}

// hashtagged says whether a row is one of HXL.
func hashtagged(cells []string) bool {
	tags := 0
	for _, c := range cells {
		switch {
		case c == "":
		case c[0] == '#' && len(c) > 1 && c[1] >= 'a' && c[1] <= 'z' && !strings.ContainsAny(c[1:], "#.,;"):
			tags++
		default:
			return false
		}
	}
	return tags > 0
}

func (t *Reader) separated(b *bufio.Reader, start []byte) {
	if bytes.HasPrefix(start, []byte("\xef\xbb\xbf")) {
		_, _ = b.Discard(3) // it was peeked at
		start = start[3:]
	}
	first, _, _ := bytes.Cut(start, []byte("\n"))
	comma := ','
	for _, c := range ";\t" {
		if bytes.Count(first, []byte(string(c))) > bytes.Count(first, []byte(string(comma))) {
			comma = c
		}
	}
	r := csv.NewReader(&bounded{r: b})
	r.Comma, r.FieldsPerRecord, r.TrimLeadingSpace, r.ReuseRecord = comma, -1, comma != '\t', false
	last := 1
	t.next = func() ([]string, int, error) {
		cells, err := r.Read()
		var wrong *csv.ParseError
		switch {
		case errors.As(err, &wrong):
			return nil, 0, refuse(wrong.StartLine, msgQuotes)
		case errors.Is(err, errLongLine):
			return nil, 0, refuse(last+1, msgLong, MaxCell)
		case err != nil:
			return nil, 0, err
		}
		last, _ = r.FieldPos(0)
		for i, c := range cells {
			if !utf8.ValidString(c) || strings.IndexByte(c, 0) >= 0 {
				return nil, 0, refuse(last, msgEncoding)
			}
			if len(c) > MaxCell {
				return nil, 0, refuse(last, msgLong, MaxCell)
			}
			cells[i] = original(strings.TrimSpace(c))
		}
		return cells, last, nil
	}
}

// original takes the apostrophe away that keeps a text from being a formula.
func original(c string) string {
	if c != "" && c[0] == '\'' && harmless(c[1:]) != c[1:] {
		return c[1:]
	}
	return c
}

var errLongLine = errors.New("table: a line is too long")

// bounded refuses a text without line breaks for so long that it can't be a row:
// the parser would hold all of it.
type bounded struct {
	r    io.Reader
	line int
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if i := bytes.LastIndexByte(p[:n], '\n'); i >= 0 {
		b.line = n - i - 1
	} else if b.line += n; b.line > MaxColumns*MaxCell {
		return 0, errLongLine
	}
	return n, err
}

func (t *Reader) spreadsheet(r io.Reader) error {
	f, err := excelize.OpenReader(r, excelize.Options{RawCellValue: true, UnzipSizeLimit: MaxUnpacked, UnzipXMLSizeLimit: 16 << 20})
	if err != nil {
		return refuse(1, msgSheet)
	}
	t.Spreadsheet = true
	if p, err := f.GetWorkbookProps(); err == nil && p.Date1904 != nil {
		t.Dates1904 = *p.Date1904
	}
	rows, err := f.Rows(f.GetSheetName(0))
	if err != nil {
		_ = f.Close() // the refusal says what matters
		return refuse(1, msgSheet)
	}
	line := 0
	t.next = func() ([]string, int, error) {
		if !rows.Next() {
			if rows.Error() != nil {
				return nil, 0, refuse(line+1, msgSheet)
			}
			return nil, 0, io.EOF
		}
		line++
		cells, err := rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return nil, 0, refuse(line, msgSheet)
		}
		for i, c := range cells {
			if len(c) > MaxCell*4 || !utf8.ValidString(c) {
				return nil, 0, refuse(line, msgLong, MaxCell)
			}
			cells[i] = strings.TrimSpace(c)
		}
		return cells, line, nil
	}
	t.close = func() error { return errors.Join(rows.Close(), f.Close()) }
	return nil
}
