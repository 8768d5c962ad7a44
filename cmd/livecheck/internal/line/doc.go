// Package line is a TCP proxy that breaks as lines do: it cuts, it opens one end
// only, it swallows, it crawls. Each Line stands before one address; whoever
// connects to it talks to that address until a fault is asked for.
package line
