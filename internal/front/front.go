package front

import (
	"bytes"
	"embed"
	"encoding/json"
	"html/template"
	"io/fs"
	"net/http"
	"strings"
)

// Account is a demonstration account that the page offers. Its password is public.
type Account struct {
	Email    string `json:"email"`
	Password string `json:"password"`
	Role     string `json:"role"`
}

// Options is what differs between deployments.
type Options struct {
	// DemoAccounts are offered for signing in with one click: on the demonstration only.
	DemoAccounts []Account
	// ThreadID is the thread that the page opens first.
	ThreadID string
	// ThreadSearch finds the thread to open first by its title, where ThreadID is empty. Without
	// either it is the one with the latest message.
	ThreadSearch string
}

//go:embed page
var pageFiles embed.FS

//go:embed graphiql/dist
var graphiqlFiles embed.FS

// New serves the front: /, its scripts and styles, /demo-accounts.json where there are demonstration
// accounts, and /graphiql. It answers 404 for every other path and 405 for every method but GET and
// HEAD. It panics if the binary was built without the front's files.
func New(o Options) http.Handler {
	files := map[string]*file{}
	addPage(files, o)
	addGraphiQL(files)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, ok := files[r.URL.Path]
		policy := PageCSP
		if ok {
			policy = f.csp
		}
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Referrer-Policy", "same-origin")
		switch {
		case !ok:
			http.NotFound(w, r)
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "Only GET and HEAD are answered here.", http.StatusMethodNotAllowed)
		default:
			f.ServeHTTP(w, r)
		}
	})
}

// addPage adds the page at / with what it needs.
func addPage(files map[string]*file, o Options) {
	page := sub(pageFiles, "page")
	walk(page, func(name string) {
		if name != "index.html" {
			files["/"+name] = embedded(page, name, revalidate, PageCSP)
		}
	})
	var index bytes.Buffer
	if err := template.Must(template.ParseFS(page, "index.html")).Execute(&index, o); err != nil {
		panic("front: " + err.Error())
	}
	files["/"] = newFile("index.html", index.Bytes(), revalidate, PageCSP)
	if len(o.DemoAccounts) > 0 {
		accounts, err := json.Marshal(o.DemoAccounts)
		if err != nil {
			panic("front: " + err.Error())
		}
		files["/demo-accounts.json"] = newFile("demo-accounts.json", accounts, private, PageCSP)
	}
}

// addGraphiQL adds GraphiQL, with and without the slash.
func addGraphiQL(files map[string]*file) {
	dist := sub(graphiqlFiles, "graphiql/dist")
	walk(dist, func(name string) {
		cache := revalidate
		if strings.HasPrefix(name, "assets/") { // the build puts a hash into their names
			cache = immutable
		}
		files["/graphiql/"+name] = embedded(dist, name, cache, GraphiQLCSP)
	})
	index := files["/graphiql/index.html"]
	delete(files, "/graphiql/index.html")
	files["/graphiql"], files["/graphiql/"] = index, index
}

func sub(from fs.FS, dir string) fs.FS {
	s, err := fs.Sub(from, dir)
	if err != nil {
		panic("front: " + err.Error())
	}
	return s
}

// walk calls found for each file, with its path in the tree.
func walk(tree fs.FS, found func(name string)) {
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			found(name)
		}
		return err
	})
	if err != nil {
		panic("front: " + err.Error())
	}
}
