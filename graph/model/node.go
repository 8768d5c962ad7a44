package model

// Node is anything that has an identifier of its own.
type Node interface{ IsNode() }

// ThreadSubject is what a discussion is about.
type ThreadSubject interface{ IsThreadSubject() }
