package richtext_test

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"acs-aec.org/hub/internal/richtext"
)

const rel = ` rel="nofollow noopener noreferrer"`

func TestMarkdownBecomesHTML(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, want string }{
		{"paragraph", "Sandy *Shorelines* is **real**", "<p>Sandy <em>Shorelines</em> is <strong>real</strong></p>\n"},
		{"strikethrough", "~~old~~", "<p><del>old</del></p>\n"},
		{"heading", "## Budget", "<h2>Budget</h2>\n"},
		{"list", "3. a\n4. b", "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>\n"},
		{"code", "`a<b`\n\n```go\nx < y\n```", "<p><code>a&lt;b</code></p>\n<pre><code class=\"language-go\">x &lt; y\n</code></pre>\n"},
		{"table", "| a | b |\n|:--|--:|\n| 1 | 2 |", "<table>\n<thead>\n<tr>\n<th align=\"left\">a</th>\n<th align=\"right\">b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td align=\"left\">1</td>\n<td align=\"right\">2</td>\n</tr>\n</tbody>\n</table>\n"},
		{"link", "[site](https://acs-aec.org \"The ACS\")", `<p><a href="https://acs-aec.org" title="The ACS"` + rel + ">site</a></p>\n"},
		{"bare address", "see https://acs-aec.org/x.", `<p>see <a href="https://acs-aec.org/x"` + rel + ">https://acs-aec.org/x</a>.</p>\n"},
		{"bare www", "see www.acs-aec.org", `<p>see <a href="http://www.acs-aec.org"` + rel + ">www.acs-aec.org</a></p>\n"},
		{"e-mail", "mail a@test.invalid", `<p>mail <a href="mailto:a@test.invalid"` + rel + ">a@test.invalid</a></p>\n"},
		{"reference", "[a][b]\n\n[b]: https://acs-aec.org", `<p><a href="https://acs-aec.org"` + rel + ">a</a></p>\n"},
		{"image", "![the map](https://elsewhere.invalid/p.png)", `<p><a href="https://elsewhere.invalid/p.png"` + rel + ">the map</a></p>\n"},
		{"image without text", "![](https://elsewhere.invalid/p.png)", `<p><a href="https://elsewhere.invalid/p.png"` + rel + ">https://elsewhere.invalid/p.png</a></p>\n"},
		{"link without text", "[](https://acs-aec.org)", `<p><a href="https://acs-aec.org"` + rel + ">https://acs-aec.org</a></p>\n"},
		{"image in a link", "[![map](https://a.invalid/p.png)](https://b.invalid/)", `<p><a href="https://b.invalid/"` + rel + ">map</a></p>\n"},
		{"raw inline HTML", "a <b onclick=\"x()\">b</b>", "<p>a &lt;b onclick=&#34;x()&#34;&gt;b&lt;/b&gt;</p>\n"},
		{"raw block of HTML", "<script>\nalert(1)\n</script>", "<p>&lt;script&gt;\nalert(1)\n&lt;/script&gt;</p>\n"},
		{"entities", "&lt;script&gt; &amp; &#x3c;b&gt;", "<p>&lt;script&gt; &amp; &lt;b&gt;</p>\n"},
		{"accents", "¿Qué? À côté — «œuvre»", "<p>¿Qué? À côté — «œuvre»</p>\n"},
		{"nothing", "", ""},
	} {
		got, err := richtext.HTML(c.in)
		if err != nil {
			t.Fatal(err)
		}
		if got != c.want {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, c.want)
		}
	}
}

// hostile are texts that want to do something on the page of whoever reads.
var hostile = []string{
	"[x](javascript:alert(1))",
	"[x](JaVaScRiPt:alert(1))",
	"[x](java\tscript:alert(1))",
	"[x](&#106;avascript:alert(1))",
	"[x](\\javascript:alert(1))",
	"[x](vbscript:msgbox(1))",
	"[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
	"![x](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+)",
	"![x](javascript:alert(1))",
	"<javascript:alert(1)>",
	"<data:text/html,x>",
	"[x](//evil.invalid)",
	"[x](/graphql?query=mutation)",
	"[](http:0)",
	"[x](http:evil.invalid)",
	"[x](https:/evil.invalid)",
	"[x](#top)",
	"[x](file:///etc/passwd)",
	"[x](https://a.invalid/\"onmouseover=\"alert(1))",
	"[x](https://a.invalid/ \"t\\\" onmouseover=\\\"alert(1)\")",
	"[x][r]\n\n[r]: javascript:alert(1)",
	"<img src=x onerror=alert(1)>",
	"<svg/onload=alert(1)>",
	"<a href=javascript:alert(1)>x</a>",
	"<iframe srcdoc='<script>alert(1)</script>'></iframe>",
	"<style>*{display:none}</style>",
	"<div><div><p><script>alert(1)</script>",
	"<!--><script>alert(1)</script-->",
	"<![CDATA[<script>alert(1)</script>]]>",
	"<?php echo 1 ?>",
	"```\"><script>alert(1)</script>\nx\n```",
	"```js onload=alert(1)\nx\n```",
	"`<script>alert(1)</script>`",
	"| <img src=x onerror=alert(1)> |\n|---|\n| </td><script> |",
	"# <script>alert(1)</script> {onclick=alert(1)}",
	"~~<b>~~</b>",
	"http://a.invalid/<script>alert(1)</script>",
	"www.a.invalid/\"onclick=\"alert(1)",
	"\x00<script>\x00alert(1)</script>",
	"[a](https://\x00javascript:alert(1))",
	"[[x](javascript:1)](https://ok.invalid)",
	"![![x](javascript:1)](javascript:2)",
	"[x](<javascript:alert(1)>)",
	"mailto:javascript:alert(1)",
	"[x](mailto:a@b.invalid?subject=<script>)",
}

func TestHostileTextsDoNothing(t *testing.T) {
	t.Parallel()
	for _, in := range hostile {
		out, err := richtext.HTML(in)
		if err != nil {
			t.Fatal(err)
		}
		harmless(t, in, out)
	}
}

// harmless reads the HTML as a browser does: only elements that show text, only
// links to where links may lead.
func harmless(tb testing.TB, in, out string) {
	tb.Helper()
	elements := map[string]bool{}
	for e := range strings.FieldsSeq("p br hr h1 h2 h3 h4 h5 h6 blockquote pre code em strong del ul ol li table thead tbody tr th td a") {
		elements[e] = true
	}
	z := html.NewTokenizer(strings.NewReader(out))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return
		}
		token := z.Token()
		if kind == html.TextToken {
			continue
		}
		if kind == html.CommentToken || kind == html.DoctypeToken || !elements[token.Data] {
			tb.Fatalf("%q becomes %q: %v", in, out, token)
		}
		attrs := map[string]string{}
		for _, a := range token.Attr {
			attrs[a.Key] = a.Val
		}
		if href, ok := attrs["href"]; ok {
			low := strings.ToLower(href)
			outside := strings.HasPrefix(low, "http://") || strings.HasPrefix(low, "https://") || strings.HasPrefix(low, "mailto:")
			if !outside || attrs["rel"] != "nofollow noopener noreferrer" {
				tb.Fatalf("%q leads to %q: %q", in, href, out)
			}
		}
		for a := range attrs {
			if !strings.Contains(" href title rel align start class ", " "+a+" ") {
				tb.Fatalf("%q has an attribute %q: %q", in, a, out)
			}
		}
	}
}

// TestWorkIsBounded lets texts of the greatest length, each made to be costly,
// become HTML.
func TestWorkIsBounded(t *testing.T) {
	const size = 20_000
	to := func(unit string, n int) string { return strings.Repeat(unit, n/len(unit)) }
	for name, of := range map[string]func(n int) string{
		"brackets":       func(n int) string { return to("[", n) },
		"closed":         func(n int) string { return to("[", n/2) + to("]", n/2) },
		"links":          func(n int) string { return to("[a](", n) },
		"images":         func(n int) string { return to("![a](<", n) },
		"nested links":   func(n int) string { return to("[", n/2) + to("](https://a.b)", n/2) },
		"stars":          func(n int) string { return to("*a **a ", n) },
		"mixed emphasis": func(n int) string { return to("*a_ ", n) + to("_a* ", n) },
		"one-sided":      func(n int) string { return to("a**b", n) + to("c* ", n) },
		"tildes":         func(n int) string { return to("~~a ", n) },
		"backticks":      func(n int) string { return ladder("`", n) },
		"quotes":         func(n int) string { return to(">", n) },
		"quoted lines":   func(n int) string { return to(strings.Repeat(">", 100)+"a\n", n) },
		"lists":          func(n int) string { return to("- ", n) },
		"deep lists":     func(n int) string { return stairs("- a\n", n) },
		"wide table":     func(n int) string { return to("|a", n/4) + "|\n" + to("|-", n/4) + "|\n" + to("a\n", n/2) },
		"many tables":    func(n int) string { return to("|a|a|a|a|\n|-|-|-|-|\na\na\na\na\n\n", n) },
		"references":     func(n int) string { return "[a]: https://" + to("b", n/2) + "\n\n" + to("[a] ", n/2) },
		"definitions":    func(n int) string { return to("[a]: b\n", n) },
		"addresses":      func(n int) string { return to("http://a.b ", n) },
		"www":            func(n int) string { return to("www.", n) },
		"at":             func(n int) string { return to("a@a.a", n) },
		"less than":      func(n int) string { return to("<a ", n) },
		"comments":       func(n int) string { return to("<!--", n) },
		"entities":       func(n int) string { return to("&amp;", n) },
		"backslashes":    func(n int) string { return to("\\", n) },
		"lines":          func(n int) string { return to("\n", n) + "a" },
		"setext":         func(n int) string { return to("a\n", n) + "===" },
		"fences":         func(n int) string { return to("```\n", n) },
	} {
		t.Run(name, func(t *testing.T) {
			in := of(size)
			start := time.Now()
			out, err := richtext.HTML(in)
			if err != nil {
				t.Fatal(err)
			}
			took := time.Since(start)
			t.Logf("%s: %d bytes in, %d out, %v", name, len(in), len(out), took)
			if took > 10*time.Second { // no measurement: what explodes takes minutes
				t.Errorf("takes %v", took)
			}
			if len(out) > 40*size {
				t.Errorf("%d bytes become %d", len(in), len(out))
			}
			harmless(t, name, out)
		})
	}
}

// TestBeyondItsBoundsAMarkIsText shows where the bounds are, and that what people
// write lies within them.
func TestBeyondItsBoundsAMarkIsText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, in, mark string
		want           int
	}{
		{"quotes", strings.Repeat(">", 10) + "a", "<blockquote>", 10},
		{"quotes too deep", strings.Repeat(">", 1000) + "a", "<blockquote>", 24},
		{"lists", "- a\n  - b\n    - c\n      - d", "<ul>", 4},
		{"lists too deep", stairs("- a\n", 20_000), "<ul>", 12},
		{"links", strings.Repeat("[a](https://a/) ", 900), "<a ", 900},
		{"too many links", strings.Repeat("[a](https://a/) ", 1100), "<a ", 1000},
		{"addresses named again and again", "[a]: https://" + strings.Repeat("b", 10_000) + "\n\n" + strings.Repeat("[a] ", 900), "<a ", 9},
		{"a table", "|a|b|c|d|e|\n|-|-|-|-|-|\n" + strings.Repeat("|1|2|3|4|5|\n", 200), "<tr>", 201},
		{"a table too large", "|" + strings.Repeat("a|", 1000) + "\n|" + strings.Repeat("-|", 1000) + "\n" + strings.Repeat("a\n", 1000), "<tr>", 0},
		{"two tables", strings.Repeat("|a|b|\n|-|-|\n|1|2|\n\n", 2), "<table>", 2},
		{"too many tables", strings.Repeat("|a|b|\n|-|-|\n|1|2|\n\n", 1000), "<table>", 416},
	} {
		out, err := richtext.HTML(c.in)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(out, c.mark); got != c.want {
			t.Errorf("%s: %d of %s, want %d", c.name, got, c.mark, c.want)
		}
	}
}

// ladder is runs of a mark, each one longer than the one before.
func ladder(mark string, n int) string {
	var b strings.Builder
	for i := 1; b.Len() < n; i++ {
		b.WriteString(strings.Repeat(mark, i) + "a")
	}
	return b.String()
}

// stairs are lines, each indented deeper than the one before.
func stairs(line string, n int) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		b.WriteString(strings.Repeat("  ", i) + line)
	}
	return b.String()
}

func FuzzHTML(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		if len(in) > 5_000 {
			in = in[:5_000]
		}
		out, err := richtext.HTML(in)
		if err != nil {
			t.Fatal(err)
		}
		harmless(t, in, out)
	})
}
