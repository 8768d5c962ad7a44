// Package bench measures what a delivery costs: the hub's processor time and
// memory for each of many sockets, beside a floor in the same run, which is one
// prepared websocket frame written to as many sockets and nothing else.
//
// Three processes take part, so that each one's time can be told apart: the
// server, which is the hub or the floor; the crowd, which holds the clients'
// sockets; and this one, which posts and measures.
package bench
