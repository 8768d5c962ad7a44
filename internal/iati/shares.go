package iati

import (
	"math/big"
	"strings"
)

// group are elements that share a hundred per cent.
type group struct {
	vocabulary string
	of         []*node
}

// grouped puts elements together by their vocabulary, in the order of the file.
func grouped(nodes []*node, standard string) []group {
	var groups []group
	at := map[string]int{}
	for _, n := range nodes {
		v := n.vocabulary(standard)
		i, there := at[v]
		if !there {
			i = len(groups)
			at[v] = i
			groups = append(groups, group{vocabulary: v})
		}
		groups[i].of = append(groups[i].of, n)
	}
	return groups
}

func (c *check) checkShares() {
	sectors := grouped(c.root.all("sector"), "1")
	dac := len(sectors) == 0
	for _, g := range sectors {
		c.checkHundred(g.of, g.of, "2.1.1", "2.1.2", "2.1.4")
		dac = dac || g.vocabulary == "1"
		for _, n := range g.of {
			if (g.vocabulary == "98" || g.vocabulary == "99") && !n.spoken() {
				c.report("2.2.1", n)
			}
		}
	}
	if !dac {
		c.report("102.1.1", sectors[0].of[0])
	}
	countries, regions := c.root.all("recipient-country"), grouped(c.root.all("recipient-region"), "1")
	if len(regions) == 0 {
		c.checkHundred(countries, countries, "3.1.1", "3.1.2", "3.1.4")
	}
	for _, g := range regions {
		c.checkHundred(append(g.of[:len(g.of):len(g.of)], countries...), g.of, "3.4.1", "3.4.2", "3.4.4")
	}
	if items := c.root.first("country-budget-items"); items != nil {
		c.checkHundred(items.all("budget-item"), items.all("budget-item"), "7.9.1", "7.9.2", "7.9.4")
	}
}

// checkHundred asks that several have a percentage each and a hundred together,
// and that one alone has none or a hundred. The issue stands at the first of
// those it is about.
func (c *check) checkHundred(all, about []*node, each, sum, single string) {
	if len(all) == 0 {
		return
	}
	hundred, total := big.NewRat(100, 1), new(big.Rat)
	var without *node
	for _, n := range all {
		text := n.get("percentage")
		share, ok := number(text)
		switch {
		case !n.has("percentage") && without == nil:
			without = n
		case n.has("percentage") && !ok:
			return // the type of it is reported already
		case ok:
			total.Add(total, share)
		}
	}
	switch {
	case len(all) == 1:
		if without == nil && total.Cmp(hundred) != 0 {
			c.report(single, all[0], all[0].get("percentage"))
		}
	case without != nil:
		c.report(each, without)
	case total.Cmp(hundred) != 0:
		c.report(sum, about[0], clip(strings.TrimRight(strings.TrimRight(total.FloatString(10), "0"), "."), 40))
	}
}

func (c *check) checkAidTypes() {
	c.checkAidType(c.root, "default-aid-type", "107.1.1", "107.1.2")
	for _, t := range c.root.all("transaction") {
		c.checkAidType(t, "aid-type", "107.2.1", "107.2.2")
	}
}

func (c *check) checkAidType(n *node, name, dac, one string) {
	groups := grouped(n.all(name), "1")
	has := len(groups) == 0
	for _, g := range groups {
		has = has || g.vocabulary == "1"
		if len(g.of) > 1 {
			c.report(one, g.of[1])
		}
	}
	if !has {
		c.report(dac, groups[0].of[0])
	}
}
