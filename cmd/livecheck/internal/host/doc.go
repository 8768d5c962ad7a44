// Package host runs what is checked: a database, nodes of the hub, each a process
// of its own that can be killed and started again. Nothing that it starts
// outlives this process, however that ends (on Linux; elsewhere, as long as Close
// is called).
package host
